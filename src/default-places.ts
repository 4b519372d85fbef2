/** Where things are unless told otherwise. */

/** The daemon's control socket. */
export const CONTROL_SOCKET = '/run/twinlease/control.sock';
/** Identity and leases. */
export const STATE_DIRECTORY = '/var/lib/twinlease';
/** In which root of an appliance is asked. */
export const PRIVILEGED = '/run/privileged';
export const PROVISIONING_FILE = '/etc/twinlease.yaml';
