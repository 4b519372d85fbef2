# Twinlease: the front door. `make` or `make help` lists the targets.

.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.tools/node/bin:$(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help tools

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

tools: ## fetch the pinned Node.js and npm into .tools/node
	@.ci/node
