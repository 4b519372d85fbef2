# Twinlease: the front door. `make` or `make help` lists the targets.
# Each target installs what it needs first; nothing is done twice.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

sources := $(shell find src -name '*.ts' 2>/dev/null)
addons := $(patsubst %,dist/native/%.node,udp peer memory kernel-clock raw classic-level)

.PHONY: help tools install build run test lint scenarios bench profile mutate fuzz simulate simulate-bugs trace coverage bundle image check-boards qemu test-image test-upgrade soak clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

tools: system-tools ## fetch the pinned Node.js and npm into .tools/node
	@.ci/node

install: system-install packages ## install the system's and npm's packages

build: system-build packages $(addons) dist/supervisor dist/reset-button dist/twinlease ## compile the addons and bundle the program into dist/

run: system-run build ## show it: two boxes and real clients in a lab of namespaces, a live view
	@node test/lab/demo.ts

test: system-test $(if $(wildcard images/qemu-aarch64/disk.img),system-qemu) build ## run every check and test, those of a firmware that is there too; the last line counts them
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

bundle: system-bundle packages $(addons:dist/%=dist/arm64/%) dist/arm64/supervisor dist/arm64/reset-button dist/arm64/twinlease ## the program for arm64 routers, in dist/arm64/
	@.ci/bundle-size

image: system-image bundle ## a router's firmware, in images/: BOARD=qemu-aarch64, SOURCES=folder to take tarballs from first, SIGNING=folder, LEGAL_INFO=yes
	@buildroot/make-image $(or $(BOARD),qemu-aarch64) $(SOURCES)

check-boards: system-boards ## check what each board's firmware is configured to, as far as that goes without building it: SOURCES=folder
	@buildroot/check-boards $(SOURCES)

qemu: system-qemu packages ## boot two boxes of that firmware and a client, with their consoles in tmux
	@node test/image/play.ts

test-image: system-qemu packages ## boot that firmware, set it up over its serial line, and be served by it
	@mocha --timeout=600000 'test/image/*.test.ts'

test-upgrade: system-soak build ## update both boxes of a pair of that firmware, to a version that does not serve first (long)
	@mocha --timeout=600000 test/image/upgrade-pair.ts

soak: system-soak build ## what that firmware takes: sizes, times, watchdog, power cuts; PARTS=figures,... CUTS=200 SECONDS=60 SEED=1 (long)
	@node test/image/soak/soak.ts

clean: ## remove what was built, but not what was installed
	@rm -rf dist .cache

.PHONY: packages
packages:
	@.ci/node
	@.ci/npm-packages

system-%:
	@.ci/system-packages $*

dist/twinlease: $(sources) src/twinlease.sh package.json package-lock.json .ci/bundle.mjs .ci/licences.mjs .ci/modules-of-node.mjs | $(addons)
	@node .ci/bundle.mjs && dist/twinlease --version > /dev/null

# Two machines: this one, and arm64 routers below dist/arm64/. The headers of Node.js are the same for both. Private, as what is
# made first for an arm64 file is this machine's.
dist/arm64/%: private CC = aarch64-linux-gnu-gcc
dist/arm64/%: private CXX = aarch64-linux-gnu-g++
dist/arm64/%: private STRIP = aarch64-linux-gnu-strip
dist/arm64/%: private machine = arm64
machine = $(shell uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
STRIP = strip

# Node's own headers warn under -Wextra; they are not ours to mend.
warnings = -O2 -Wall -Wextra -Werror
compile = @mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE -fPIC -shared $(warnings) \
	-isystem .tools/node/include/node -o $@ $(filter %.c,$^) && $(STRIP) $@

$(addprefix dist/,native/udp.node arm64/native/udp.node): $(wildcard src/net/udp/*.[ch]) .toolchain/package-lock.json
	$(compile)

$(addprefix dist/,native/peer.node arm64/native/peer.node): $(wildcard src/control/peer/*.[ch]) .toolchain/package-lock.json
	$(compile)

$(addprefix dist/,native/memory.node arm64/native/memory.node): $(wildcard src/memory/*.[ch]) .toolchain/package-lock.json
	$(compile)

$(addprefix dist/,native/kernel-clock.node arm64/native/kernel-clock.node): $(wildcard src/time/*.[ch]) .toolchain/package-lock.json
	$(compile)

# As node-gyp compiles it, with warnings left to its authors.
$(addprefix dist/,native/raw.node arm64/native/raw.node): package-lock.json .toolchain/package-lock.json
	@mkdir -p $(@D) && $(CXX) -std=gnu++20 -O2 -w -fPIC -shared -fno-rtti -fno-exceptions -D_FILE_OFFSET_BITS=64 -DNODE_GYP_MODULE_NAME=raw \
	-DBUILDING_NODE_EXTENSION -I .tools/node/include/node -I node_modules/nan -o $@ node_modules/raw-socket/src/raw.cc && $(STRIP) $@

# Comes compiled for both, with the first version of Arm's 64 bits that there is in the name.
$(addprefix dist/,native/classic-level.node arm64/native/classic-level.node): package-lock.json
	@mkdir -p $(@D) && cp node_modules/classic-level/prebuilds/linux-$(machine)/classic-level$(if $(filter arm64,$(machine)),.armv8).node $@

$(addprefix dist/,supervisor arm64/supervisor): src/supervisor/supervisor.c
$(addprefix dist/,reset-button arm64/reset-button): src/reset-button/reset-button.c
$(addprefix dist/,supervisor arm64/supervisor reset-button arm64/reset-button):
	@mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE $(warnings) -o $@ $< && $(STRIP) $@

dist/arm64/twinlease: dist/twinlease
	@mkdir -p $(@D) && rm -f $(@D)/*.js && cp dist/*.js dist/package.json dist/twinlease dist/licences.txt $(@D)
