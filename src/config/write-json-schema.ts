/** `npm run schema`: writes `provisioning.schema.json` anew after the schema was changed. */
import { writeFileSync } from 'node:fs';
import { jsonSchemaText } from './json-schema.ts';

writeFileSync(new URL('provisioning.schema.json', import.meta.url), jsonSchemaText());
