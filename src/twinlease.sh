#!/bin/sh
# `twinlease` as it is installed: runs the bundle beside it on the pinned Node.js.
# TWINLEASE_NODE names another Node.js of the same line, as on the appliance.
set -eu

# A shell of its own for each of these would be a hundredth of a start.
self=$0
[ ! -L "$self" ] || self=$(readlink -f -- "$self")
case $self in */*) here=${self%/*} ;; *) here=. ;; esac
node=${TWINLEASE_NODE:-$here/../.tools/node/bin/node}
# Memory before speed, where it costs little. With 100 000 leases given out at full rate the process has 85 MiB with a young generation
# of 4 MiB, 84 with 2 MiB and 95 with 8 MiB and V8's own growth of the heap, which the daemon limits once it serves; at rest 59, 53 and
# 75. The threads share one malloc arena (16 MiB less).
MALLOC_ARENA_MAX=1
export MALLOC_ARENA_MAX
# V8 may conclude from a burst that leases in a commit live long, allocate them where only a full collection frees them, and
# then have three times as many of those.
exec "$node" --max-semi-space-size=4 --no-allocation-site-pretenuring "$here/twinlease.js" "$@"
