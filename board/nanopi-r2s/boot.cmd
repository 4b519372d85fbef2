setenv kernel_at ${ramdisk_addr_r}
# Kernel and device tree in one file (FIT).
setenv start_kernel 'bootm ${ramdisk_addr_r}'
