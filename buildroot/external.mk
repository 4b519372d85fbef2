include $(sort $(wildcard $(BR2_EXTERNAL_TWINLEASE_PATH)/package/*/*.mk))
