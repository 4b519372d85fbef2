import type { ExtensionCode, ExtensionValues } from './extension.ts';
import { extensionShapes } from './extension-shapes.ts';
import type { VendorSuboption } from './message.ts';

/** The suboption that says this; the value must be one that `extensionOf` could give. */
export function extension<Code extends ExtensionCode>(code: Code, value: ExtensionValues[Code]): VendorSuboption {
  return { code, data: extensionShapes[code].encode(value) };
}

/**
 * What the partner says by this extension, or undefined when it does not, or when it says it in a form that is not known
 * here: an extension that can't be read never spoils a message.
 */
export function extensionOf<Code extends ExtensionCode>(
  vendor: readonly VendorSuboption[],
  code: Code,
): ExtensionValues[Code] | undefined {
  return extensionsOf(vendor, code)[0];
}

/** The same where there may be several, in their order. */
export function extensionsOf<Code extends ExtensionCode>(
  vendor: readonly VendorSuboption[],
  code: Code,
): readonly ExtensionValues[Code][] {
  const values: ExtensionValues[Code][] = [];
  for (const suboption of vendor) {
    if (suboption.code !== code) continue;
    const decoded = extensionShapes[code].decode(suboption.data);
    if (decoded.error === undefined) values.push(decoded.value);
  }
  return values;
}
