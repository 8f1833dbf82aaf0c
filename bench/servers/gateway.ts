// The whole gateway (`createApp`) behind node:http: what handler.ts puts together, without Lambda's events.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createApp } from '../../function/app.ts';
import { createBedrock } from '../../function/backends/bedrock/bedrock.ts';
import { createDirectory } from '../../function/backends/bedrock/directory.ts';
import { readConfig } from '../../function/config.ts';
import { fetchMedia } from '../../function/http/media.ts';
import { createLog } from '../../function/log.ts';
import { behindNode } from './adapter.ts';
import { listen } from './listen.ts';

const log = createLog((line) => process.stdout.write(line));
const config = readConfig(process.env);
const bedrock = createBedrock({ endpoints: config.endpoints });
const now = (): number => Date.now();

const app = createApp(
  {
    config,
    catalog: { models: {}, allowUnmappedBedrockModels: true },
    bedrock,
    directory: createDirectory({ control: bedrock, now }),
    fetchMedia: (urls, signal) => fetchMedia(urls, { signal }),
    now,
    newId: () => `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    random: () => Math.random(),
  },
  log.request,
);

listen(createServer(behindNode(app)));
