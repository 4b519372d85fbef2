/** Where things are unless told otherwise. */

/** The daemon's control socket. */
export const CONTROL_SOCKET = '/run/twinlease/control.sock';
/** Identity and leases. */
export const STATE_DIRECTORY = '/var/lib/twinlease';
/** In which root of an appliance is asked. */
export const PRIVILEGED = '/run/privileged';
/** Of all that an appliance says, by `rootfs/usr/libexec/twinlease/keep-log`. */
export const KEPT_LOG = '/data/log/messages';
export const PROVISIONING_FILE = '/etc/twinlease.yaml';
