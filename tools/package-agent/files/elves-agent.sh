#!/bin/sh
# The command of the Elves agent: starts the agent with the runtime that is beside it.
self=$0
# The command on PATH is a link to this file.
if [ -h "$self" ]; then self=$(readlink -f "$self"); fi
lib=$(dirname "$(dirname "$self")")/lib
# The authority that signed the center's certificate, where the install script got one.
authority=/etc/elves-agent/center-ca.pem
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$authority" ]; then export NODE_EXTRA_CA_CERTS="$authority"; fi
# One arena of glibc's allocator for all threads saves 2 MB. The small young generation saves 5 MB; an agent makes little garbage. What it does
# itself is too little for the optimizing compilers: without them it has 3 to 8 MB less in memory, and a task costs the same. --expose-gc lets it
# collect once what its start left: 4 MB.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
exec "$lib/node" --max-semi-space-size=1 --no-opt --no-maglev --expose-gc "$lib/elves-agent.cjs" "$@"
