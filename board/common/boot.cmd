# U-Boot's part of an update: which slot is booted, and how often one that was never found good is tried. In front of it stands the
# boot.cmd of the board, which says where the kernel is read to (kernel_at) and how it is started (start_kernel). devtype and
# devnum are those of the disk that this script was found on. What is written here is read and written by /usr/libexec/twinlease/boot-state:
# one sector, which a power cut leaves as it was or as it is to be; with a checksum, in U-Boot's own format.

setenv slot_order a b
setenv slot_a_left 3
setenv slot_b_left 3
part start ${devtype} ${devnum} state place
if ${devtype} read ${ramdisk_addr_r} ${place} 1; then
  env import -c ${ramdisk_addr_r} 200 slot_order slot_a_left slot_b_left
fi

setenv slot
for each in ${slot_order}; do
  if test -z "${slot}"; then
    if test "${each}" = a; then
      if test ${slot_a_left} -gt 0; then
        setenv slot a
        setexpr slot_a_left ${slot_a_left} - 1
      fi
    else
      if test ${slot_b_left} -gt 0; then
        setenv slot b
        setexpr slot_b_left ${slot_b_left} - 1
      fi
    fi
  fi
done
# Each was tried as often as it may be: from the beginning, there is nothing better.
if test -z "${slot}"; then
  setenv slot_a_left 3
  setenv slot_b_left 3
fi
env export -c -s 200 ${ramdisk_addr_r} slot_order slot_a_left slot_b_left
${devtype} write ${ramdisk_addr_r} ${place} 1
if test -z "${slot}"; then
  reset
fi

echo "Booting slot ${slot} (order ${slot_order}; left: a ${slot_a_left}, b ${slot_b_left})"
# The console is the one that the device tree names. Who stopped U-Boot by hand may have set "more", such as twinlease.factory-reset.
setenv bootargs root=PARTLABEL=rootfs-${slot} ro rootwait quiet rauc.slot=${slot} ${more}
part start ${devtype} ${devnum} kernel-${slot} place
part size ${devtype} ${devnum} kernel-${slot} count
if ${devtype} read ${kernel_at} ${place} ${count}; then
  run start_kernel
fi
# A slot without a kernel: the next try is the other one's.
reset
