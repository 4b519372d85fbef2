################################################################################
#
# twinlease
#
################################################################################

TWINLEASE_ROOT = $(realpath $(BR2_EXTERNAL_TWINLEASE_PATH)/..)
TWINLEASE_VERSION = $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' $(TWINLEASE_ROOT)/package.json)
TWINLEASE_SITE = $(TWINLEASE_ROOT)/dist/arm64
TWINLEASE_SITE_METHOD = local
# Its own, and those of the packages in the bundle.
TWINLEASE_LICENSE = MIT, ISC, BSD-3-Clause
TWINLEASE_LICENSE_FILES = licences.txt
TWINLEASE_DEPENDENCIES = node-prebuilt

define TWINLEASE_INSTALL_TARGET_CMDS
	rm -rf $(TARGET_DIR)/usr/lib/twinlease
	mkdir -p $(TARGET_DIR)/usr/lib/twinlease
	cp -a $(@D)/*.js $(@D)/package.json $(@D)/native $(@D)/twinlease $(@D)/supervisor $(@D)/reset-button $(TARGET_DIR)/usr/lib/twinlease/
endef

$(eval $(generic-package))
