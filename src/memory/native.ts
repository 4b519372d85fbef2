import { loadNativeAddon } from '../native-addon.ts';

interface NativeMemory {
  trim(): number;
  forgetFile(descriptor: number): void;
}

export const native = loadNativeAddon('memory') as NativeMemory;
