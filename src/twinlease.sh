#!/bin/sh
# `twinlease` as it is installed: runs the bundle beside it on the pinned Node.js.
# TWINLEASE_NODE names another Node.js of the same line, as on the appliance.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
node=${TWINLEASE_NODE:-$here/../.tools/node/bin/node}
# Memory before speed, with 100 000 leases: the heap collects after a fifth of growth instead of after doubling and more
# (107 MiB instead of 128), and the threads share one malloc arena (125 MiB instead of 141 before that).
MALLOC_ARENA_MAX=1
export MALLOC_ARENA_MAX
# V8 may conclude from a burst that leases in a commit live long, allocate them where only a full collection frees them, and
# then have three times as many of those.
exec "$node" --max-semi-space-size=2 --heap-growing-percent=20 --no-allocation-site-pretenuring "$here/twinlease.js" "$@"
