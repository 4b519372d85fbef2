#!/bin/sh
# `twinlease` as it is installed: runs the bundle beside it on the pinned Node.js.
# TWINLEASE_NODE names another Node.js of the same line, as on the appliance.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
node=${TWINLEASE_NODE:-$here/../.tools/node/bin/node}
# A small young generation keeps the daemon's memory down; its hot path makes little garbage.
exec "$node" --max-semi-space-size=4 "$here/twinlease.js" "$@"
