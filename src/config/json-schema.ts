/** The JSON Schema of the provisioning file, for editors that help while it is written. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { customOption, optionSection, vendorOption } from './option-schema.ts';
import { ownLifetimes } from './lifetime-schema.ts';
import { provisioningSchema } from './schema.ts';

/** As it is kept in `provisioning.schema.json`. It says less than the schema: how a text is read is but a pattern here. */
export function jsonSchemaText(): string {
  const definitions = { options: optionSection, option: customOption, vendorOption, lifetimes: ownLifetimes };
  const schema = toJsonSchema(provisioningSchema, { typeMode: 'input', target: 'draft-07', definitions });
  const { $schema, ...content } = schema;
  return `${JSON.stringify({ $schema, title: 'Twinlease provisioning file', ...content }, null, 2)}\n`;
}
