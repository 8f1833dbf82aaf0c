// The whole gateway (`createApp`) behind node:http: what handler.ts puts together, without Lambda's events.
import { createServer } from 'node:http';
import { createApp } from '../../function/app.ts';
import { backends } from '../../function/backends/registry.ts';
import { checkCatalog } from '../../function/catalog/check.ts';
import { readConfig } from '../../function/config.ts';
import { createLog } from '../../function/log.ts';
import { createServices } from '../../function/services.ts';
import { plainCatalog } from '../catalog.ts';
import { behindNode } from './adapter.ts';
import { listen } from './listen.ts';

const log = createLog((line) => process.stdout.write(line), { now: () => Date.now() });
const services = createServices(readConfig(process.env), checkCatalog(plainCatalog, backends));

listen(createServer(behindNode(createApp(() => services, log.request))));
