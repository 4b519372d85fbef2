/** What RAUC reads of an update for this board. */
export function updateManifest(version: string): string {
  return `[update]
compatible=twinlease-qemu-aarch64
version=${version}
[bundle]
format=verity
[image.rootfs]
filename=rootfs.squashfs
[image.kernel]
filename=kernel.img
`;
}
