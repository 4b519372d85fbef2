# Twinlease: the front door. `make` or `make help` lists the targets.
# Each target installs what it needs first; nothing is done twice.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

sources := $(shell find src -name '*.ts' 2>/dev/null)
addons := $(if $(wildcard src/net/udp/*.c),dist/native/udp.node) \
          $(if $(wildcard src/control/peer/*.c),dist/native/peer.node) \
          $(if $(wildcard src/memory/*.c),dist/native/memory.node)

.PHONY: help tools install build run test lint scenarios bench profile mutate fuzz simulate simulate-bugs trace coverage clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

tools: system-tools ## fetch the pinned Node.js and npm into .tools/node
	@.ci/node

install: system-install packages ## install the system's and npm's packages

build: system-build packages $(addons) dist/twinlease ## compile the addons and bundle the program into dist/

run: system-run build ## show it: two boxes and real clients in a lab of namespaces, a live view
	@node test/lab/demo.ts

test: system-test build ## run every check and test; the last line counts them
	@node test/run.ts

lint: system-lint packages ## types, code rules, layers, unused code, shell scripts
	@.ci/lint

scenarios: system-scenarios build ## what clients feel when boxes, disks and cables of a pair fail; PEER=kea for kea-dhcp6
	@node test/lab/pair/run.ts

bench: system-bench build ## compare with Kea on this machine (minutes)
	@node test/bench/run.ts

profile: system-bench build ## show where the daemon's time goes at a fixed rate
	@node test/bench/profile.ts

mutate: system-mutate packages ## mutation score of ROOM=lease, server or failover, or of all three (long)
	@for room in $(or $(ROOM),lease server failover); do ROOM=$$room node --run mutate || exit; done

fuzz: system-fuzz build ## fuzz until it is stopped, or for DURATION seconds
	@node test/fuzz/long.ts $(DURATION)

simulate: system-simulate packages ## run schedules of faults: SEEDS=n FIRST=k JOBS=n KEEP_GOING=1; or one: SEED=k TRACE=1
	@node test/simulation/simulate.ts

simulate-bugs: system-simulate packages ## in how many schedules planted bugs are found (long)
	@node test/simulation/bugs/find-bugs.ts

trace: system-trace build ## list rows of the specification that no test covers
	@node --run trace

coverage: system-coverage build ## branch coverage of the core, with its thresholds
	@node --run coverage

clean: ## remove what was built, but not what was installed
	@rm -rf dist .cache

.PHONY: packages
packages:
	@.ci/node
	@.ci/npm-packages

system-%:
	@.ci/system-packages $*

dist/twinlease: $(sources) src/twinlease.sh package.json package-lock.json .ci/bundle.mjs
	@node .ci/bundle.mjs && dist/twinlease --version > /dev/null

# Node's own headers warn under -Wextra; they are not ours to mend.
compile = @mkdir -p dist/native && $(CC) -std=c11 -D_GNU_SOURCE -O2 -fPIC -shared -Wall -Wextra -Werror \
	-isystem .tools/node/include/node -o $@ $(filter %.c,$^)

dist/native/udp.node: $(wildcard src/net/udp/*.[ch]) .toolchain/package-lock.json
	$(compile)

dist/native/peer.node: $(wildcard src/control/peer/*.[ch]) .toolchain/package-lock.json
	$(compile)

dist/native/memory.node: $(wildcard src/memory/*.[ch]) .toolchain/package-lock.json
	$(compile)
