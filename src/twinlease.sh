#!/bin/sh
# `twinlease` as it is installed: runs the bundle beside it on the pinned Node.js.
# TWINLEASE_NODE names another Node.js of the same line, as on the appliance.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
node=${TWINLEASE_NODE:-$here/../.tools/node/bin/node}
# The smallest young generation: the idle daemon takes 62 MiB instead of 72, and its hot path makes little garbage.
exec "$node" --max-semi-space-size=1 "$here/twinlease.js" "$@"
