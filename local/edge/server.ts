import type { Server } from 'node:net';
import type { Api, Deployment, LambdaFunction } from '../deployment.ts';
import { Lambda, type LambdaOptions } from '../lambda/lambda.ts';
import type { Beside } from '../playground/playground.ts';
import type { Exchange } from '../request-log.ts';
import { arrive } from './arrival.ts';
import { cut, type Incoming, type Outgoing } from './exchange.ts';
import { serveHttp } from './http-api.ts';
import { Port, type ServerIdentity } from './port.ts';
import { ownMessage, send } from './reply.ts';
import { ClientGone, readHead, type Head } from './request.ts';
import { serveRest } from './rest-api.ts';
import { Throttle } from './throttle.ts';

/** Settings of the edge. */
export interface EdgeOptions extends Omit<LambdaOptions, 'region'> {
  /** Absent: clients speak plain HTTP. */
  readonly identity?: ServerIdentity | undefined;
  /** Answers what only this machine serves; absent: nothing. */
  readonly beside?: Beside | undefined;
  /** Is told of each exchange when its answer has ended, or its client has gone. */
  readonly served?: ((exchange: Exchange) => void) | undefined;
}

/** A deployment at work: its APIs behind one server, its functions in environments of their own. */
export class Edge {
  readonly #port: Port;
  readonly #deployment: Deployment;
  readonly #log: EdgeOptions['log'];
  readonly #served: EdgeOptions['served'];
  readonly #beside: Beside;
  readonly #lambdas: ReadonlyMap<LambdaFunction, Lambda>;
  readonly #throttles: ReadonlyMap<Api, Throttle>;

  constructor(deployment: Deployment, { identity, served, beside = () => false, ...options }: EdgeOptions) {
    const { functions, apis, region } = deployment;
    const { log } = options;
    this.#port = new Port((request, response) => void this.#serve(request, response), { identity, log });
    this.#deployment = deployment;
    this.#log = log;
    this.#served = served;
    this.#beside = beside;
    this.#lambdas = new Map(functions.map((each) => [each, new Lambda(each, { region, ...options })]));
    this.#throttles = new Map(apis.map((api) => [api, new Throttle(api.throttle)]));
  }

  get server(): Server {
    return this.#port.server;
  }

  /** Starts an environment of each function; rejects when one cannot be initialised. */
  async warm(): Promise<void> {
    const errors = await Promise.all([...this.#lambdas.values()].map((lambda) => lambda.warm()));
    const error = errors.find((each) => each !== undefined);
    if (error) throw new Error(`a function does not start: ${error.errorType}: ${error.errorMessage}`);
  }

  async close(): Promise<void> {
    this.#port.close();
    await Promise.all([...this.#lambdas.values()].map((lambda) => lambda.close()));
  }

  async #serve(request: Incoming, response: Outgoing): Promise<void> {
    try {
      if (this.#beside(request, response)) return;
      const head = readHead(request);
      this.#watch(head, response);
      const arrival = arrive(this.#deployment, head.path);
      const throttle = arrival && this.#throttles.get(arrival.api);
      if (!arrival || !throttle) return send(response, ownMessage(403, 'Forbidden'));
      const call = { request, response, head, arrival, throttle, lambda: (of: LambdaFunction) => this.#lambda(of) };
      await (arrival.api.kind === 'http' ? serveHttp(arrival.api, call) : serveRest(arrival.api, call));
    } catch (error) {
      // Anything else is a mistake of the emulation.
      if (error instanceof ClientGone) return;
      this.#log(`local stack: ${error instanceof Error ? error.stack : String(error)}\n`);
      cut(response);
    }
  }

  #watch({ method, path, time }: Head, response: Outgoing): void {
    const served = this.#served;
    if (!served) return;
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : undefined;
      served({ method, path, status, time, milliseconds: Date.now() - time, requestId: idOf(response) });
    });
  }

  #lambda(of: LambdaFunction): Lambda {
    const found = this.#lambdas.get(of);
    if (!found) throw new Error(`no function ${of.name}`);
    return found;
  }
}

/** The API's id of a request, which is in every answer of an API. */
function idOf(response: Outgoing): string | undefined {
  const id = response.getHeader('apigw-requestid') ?? response.getHeader('x-amzn-requestid');
  return id === undefined ? undefined : String(id);
}
