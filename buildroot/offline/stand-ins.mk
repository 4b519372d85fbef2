# Programs of the build machine come from Debian: nothing of them gets into an image, some of their sources can't be had where
# Buildroot's places can't be reached, and to compile them takes longer than all but Linux. Read before all packages: what is defined here is not defined again, and "override" stands against their own assignments.

debian-version = $(shell dpkg-query -W -f='$${Version}' $(1) | sed 's/^[0-9]*://')

# $(1) Buildroot's package, $(2) the same in capitals, $(3) Debian's, $(4) a command that puts it into HOST_DIR
define stand-in
override $(2)_VERSION = $(call debian-version,$(3))
override $(2)_LICENSE_FILES =
override $(2)_AUTORECONF = NO
override HOST_$(2)_AUTORECONF = NO
override HOST_$(2)_DEPENDENCIES =
# Any folder: nothing in it is used.
$(2)_OVERRIDE_SRCDIR = $$(TOPDIR)/package/$(1)
override HOST_$(2)_CONFIGURE_CMDS = :
override HOST_$(2)_BUILD_CMDS = :
override HOST_$(2)_INSTALL_CMDS = mkdir -p $$(HOST_DIR)/bin $$(HOST_DIR)/sbin; $(4)
endef

$(eval $(call stand-in,fakeroot,FAKEROOT,fakeroot,ln -sf /usr/bin/fakeroot-sysv $$(HOST_DIR)/bin/fakeroot))
$(eval $(call stand-in,patchelf,PATCHELF,patchelf,install -m 755 $$(OFFLINE)/patchelf $$(HOST_DIR)/bin/))
$(eval $(call stand-in,kmod,KMOD,kmod,ln -sf /usr/sbin/depmod $$(HOST_DIR)/sbin/))
$(eval $(call stand-in,m4,M4,m4,ln -sf /usr/bin/m4 $$(HOST_DIR)/bin/))
$(eval $(call stand-in,bison,BISON,bison,ln -sf /usr/bin/bison /usr/bin/bison.yacc $$(HOST_DIR)/bin/; ln -sf bison.yacc $$(HOST_DIR)/bin/yacc))
$(eval $(call stand-in,flex,FLEX,flex,ln -sf /usr/bin/flex $$(HOST_DIR)/bin/; ln -sf flex $$(HOST_DIR)/bin/lex))
$(eval $(call stand-in,pkgconf,PKGCONF,pkgconf,ln -sf /usr/bin/pkgconf $$(HOST_DIR)/bin/))
$(eval $(call stand-in,squashfs,SQUASHFS,squashfs-tools,ln -sf /usr/bin/mksquashfs $$(HOST_DIR)/bin/))
$(eval $(call stand-in,tar,TAR,tar,ln -sf /usr/bin/tar $$(HOST_DIR)/bin/))
$(eval $(call stand-in,gperf,GPERF,gperf,ln -sf /usr/bin/gperf $$(HOST_DIR)/bin/))
$(eval $(call stand-in,meson,MESON,meson,ln -sf /usr/bin/meson /usr/bin/ninja $$(HOST_DIR)/bin/))

# Of GLib the image has the library; what generates code for programs that use it is Debian's.
override HOST_LIBGLIB2_DEPENDENCIES =
override HOST_LIBGLIB2_CONFIGURE_CMDS = :
override HOST_LIBGLIB2_BUILD_CMDS = :
override HOST_LIBGLIB2_INSTALL_CMDS = mkdir -p $(HOST_DIR)/bin; ln -sf $(realpath $(addprefix /usr/bin/,glib-compile-resources glib-compile-schemas glib-genmarshal glib-mkenums gdbus-codegen)) $(HOST_DIR)/bin/
# What sources.tsv has is older than Buildroot's, and does not know each of its options.
override LIBGLIB2_CONF_OPTS = -Dglib_debug=disabled -Dlibelf=disabled -Dgio_module_dir=/usr/lib/gio/modules -Dtests=false \
	-Doss_fuzz=disabled -Dselinux=disabled -Dxattr=false -Dlibmount=disabled
# Debian's meson of the same age calls the program "pkgconfig".
LIBGLIB2_MESON_EXTRA_BINARIES = pkgconfig='$(HOST_DIR)/bin/pkgconf'
RAUC_MESON_EXTRA_BINARIES = pkgconfig='$(HOST_DIR)/bin/pkgconf'

# RAUC asks for unsquashfs, for a kind of bundle that the appliance does not take: nothing of it is in the image.
override SQUASHFS_DEPENDENCIES =
override SQUASHFS_BUILD_CMDS = :
override SQUASHFS_INSTALL_TARGET_CMDS = :

# For the user that chrony runs as; with Debian's libcrypt.
override HOST_MKPASSWD_DEPENDENCIES =
