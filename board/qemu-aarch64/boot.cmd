setenv kernel_at ${kernel_addr_r}
# QEMU's own device tree, as it came to U-Boot.
setenv start_kernel 'booti ${kernel_addr_r} - ${fdtcontroladdr}'
