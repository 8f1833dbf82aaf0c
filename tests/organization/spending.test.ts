import { organizationApi, type Api } from './api.ts';

let api: Api;
let project: string;

beforeEach(async () => {
  api = organizationApi();
  project = (await api.ask('POST /projects', { name: 'a' })).body.id;
});

/** Where something is set: for the organization, or for the project of a test. */
const subjects = [
  ['organization', () => ''],
  ['project', () => `/projects/${project}`],
] as const;

const month = { currency: 'USD', interval: 'month' };

describe.each(subjects)('the spend limit of the %s', (name, base) => {
  const limit = (cents: number, status = 'inactive') => ({
    object: `${name}.spend_limit`,
    threshold_amount: cents,
    ...month,
    enforcement: { status },
  });

  test('is set, replaced, retrieved and deleted', async () => {
    const path = `${base()}/spend_limit`;
    expect(await api.ask(`GET ${path}`)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    expect((await api.ask(`POST ${path}`, { threshold_amount: 100, ...month })).body).toEqual(limit(100));
    expect((await api.ask(`POST ${path}`, { threshold_amount: 50, ...month })).body).toEqual(limit(50));
    expect((await api.ask(`GET ${path}`)).body).toEqual(limit(50));
    const deleted = { object: `${name}.spend_limit.deleted`, deleted: true };
    expect((await api.ask(`DELETE ${path}`)).body).toEqual(deleted);
    expect((await api.ask(`DELETE ${path}`)).status).toBe(404);
  });

  test('is enforcing once nothing is left', async () => {
    const path = `${base()}/spend_limit`;
    await api.ask(`POST ${path}`, { threshold_amount: 1, ...month });
    const pk = `spend#${name === 'project' ? project.slice('proj_'.length) : 'organization'}`;
    await api.usage.update({ pk, sk: '2027-01', add: { held: 9_999_999, spent: 9_999_999 } });
    expect((await api.ask(`GET ${path}`)).body).toEqual(limit(1));
    await api.usage.update({ pk, sk: '2027-01', add: { held: 1, spent: 1 } });
    expect((await api.ask(`GET ${path}`)).body).toEqual(limit(1, 'enforcing'));
  });

  test.each([
    [{ threshold_amount: 0, ...month }, 'threshold_amount'],
    [{ threshold_amount: 0.5, ...month }, 'threshold_amount'],
    [{ threshold_amount: 900_000_001, ...month }, 'threshold_amount'],
    [{ ...month }, 'threshold_amount'],
    [{ threshold_amount: 1, currency: 'EUR', interval: 'month' }, 'currency'],
    [{ threshold_amount: 1, currency: 'USD', interval: 'day' }, 'interval'],
    [{ threshold_amount: 1, ...month, amount: 1 }, 'amount'],
  ])('cannot be %j', async (body, param) => {
    expect(await api.ask(`POST ${base()}/spend_limit`, body)).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });
});

const channel = (over: object = {}) => ({
  type: 'email',
  recipients: ['finance@example.com'],
  subject_prefix: null,
  ...over,
});

const alertBody = (cents: number, over: object = {}) => ({
  threshold_amount: cents,
  ...month,
  notification_channel: channel(over),
});

describe.each(subjects)('spend alerts of the %s', (name, base) => {
  const create = async (cents: number, over: object = {}) =>
    (await api.ask(`POST ${base()}/spend_alerts`, alertBody(cents, over))).body;

  test('are created, retrieved, updated and deleted', async () => {
    const path = `${base()}/spend_alerts`;
    const alert = await create(500, { subject_prefix: 'Büro' });
    expect(alert).toEqual({
      id: expect.stringMatching(/^alert_[0-9A-Za-z]{12}$/),
      object: `${name}.spend_alert`,
      ...alertBody(500, { subject_prefix: 'Büro' }),
    });
    expect((await api.ask(`GET ${path}/${alert.id}`)).body).toEqual(alert);
    const updated = (await api.ask(`POST ${path}/${alert.id}`, alertBody(0))).body;
    expect(updated).toEqual({ id: alert.id, object: alert.object, ...alertBody(0) });
    expect((await api.ask(`GET ${path}`)).body.data).toEqual([updated]);
    expect((await api.ask(`DELETE ${path}/${alert.id}`)).body).toEqual({
      object: `${name}.spend_alert.deleted`,
      id: alert.id,
      deleted: true,
    });
    const gone = [`GET ${path}/${alert.id}`, `DELETE ${path}/${alert.id}`, `GET ${path}/alert_x`, `GET ${path}/x`];
    for (const operation of gone) expect([operation, (await api.ask(operation)).status]).toEqual([operation, 404]);
    expect((await api.ask(`POST ${path}/${alert.id}`, alertBody(1))).status).toBe(404);
  });

  test('are listed in pages, in both directions', async () => {
    const ids: string[] = [];
    for (const cents of [1, 2, 3, 4]) ids.push((await create(cents)).id);
    const [a, b, c, d] = ids;
    const page = async (query: string) => {
      const { body } = await api.ask(`GET ${base()}/spend_alerts?${query}`);
      return [body.data.map(({ id }: { id: string }) => id), body.first_id, body.last_id, body.has_more];
    };
    expect(await page('limit=3')).toEqual([[a, b, c], a, c, true]);
    expect(await page(`limit=3&after=${c}`)).toEqual([[d], d, d, false]);
    expect(await page('limit=2&order=desc')).toEqual([[d, c], d, c, true]);
    expect(await page(`limit=2&order=desc&after=${c}`)).toEqual([[b, a], b, a, false]);
    expect(await page(`limit=2&before=${d}`)).toEqual([[b, c], b, c, true]);
    expect(await page(`limit=9&before=${c}`)).toEqual([[a, b], a, b, false]);
    expect(await page('limit=0')).toEqual([[], null, null, true]);
    expect(await page(`after=${d}`)).toEqual([[], null, null, false]);
  });

  test.each([
    ['after=alert_000000000000', 'after'],
    ['before=x', 'before'],
    ['limit=101', 'limit'],
    ['order=up', 'order'],
  ])('are not listed by %s', async (query, param) => {
    const answer = await api.ask(`GET ${base()}/spend_alerts?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
  });

  test.each([
    [{ recipients: [] }, 'notification_channel.recipients'],
    [{ recipients: ['finance'] }, 'notification_channel.recipients[0]'],
    [{ recipients: ['a@example.com', 'a b@example.com'] }, 'notification_channel.recipients[1]'],
    [{ recipients: Array.from({ length: 21 }, (_, n) => `${n}@example.com`) }, 'notification_channel.recipients'],
    [{ subject_prefix: 'a\nb' }, 'notification_channel.subject_prefix'],
    [{ subject_prefix: 'x'.repeat(41) }, 'notification_channel.subject_prefix'],
    [{ type: 'sms' }, 'notification_channel.type'],
  ])('cannot have the channel %j', async (over, param) => {
    const answer = await api.ask(`POST ${base()}/spend_alerts`, alertBody(1, over));
    expect(answer).toMatchObject({ status: 400, body: { error: { param } } });
  });

  test('lose nothing when they are created at once, and are at most 50', async () => {
    const made: { id: string }[] = [];
    for (let tens = 0; tens < 5; tens += 1)
      made.push(...(await Promise.all(Array.from({ length: 10 }, (_, cents) => create(cents)))));
    const { data } = (await api.ask(`GET ${base()}/spend_alerts?limit=100`)).body;
    expect(new Set(data.map(({ id }: { id: string }) => id))).toEqual(new Set(made.map(({ id }) => id)));
    expect(data).toHaveLength(50);
    const refused = await api.ask(`POST ${base()}/spend_alerts`, alertBody(51));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'too_many_spend_alerts' } } });
  });
});

test('changes are in the audit log', async () => {
  await api.ask(`POST /projects/${project}/spend_limit`, { threshold_amount: 7, ...month });
  await api.ask(`POST /projects/${project}/spend_limit`, { threshold_amount: 7, ...month });
  await api.ask(`DELETE /projects/${project}/spend_limit`);
  const alert = (await api.ask('POST /spend_alerts', alertBody(9))).body.id;
  await api.ask(`DELETE /spend_alerts/${alert}`);
  const { data } = (await api.ask('GET /audit_logs?event_types=project.updated&event_types=organization.updated')).body;
  const amount = (cents?: number) => (cents === undefined ? {} : { threshold_amount: cents });
  const ofProject = (cents?: number) => ({
    project: { id: project },
    'project.updated': { id: project, changes_requested: { spend_limit: amount(cents) } },
  });
  const ofOrganization = (cents?: number) => ({
    'organization.updated': {
      id: 'organization',
      changes_requested: { spend_alert: { id: alert, ...amount(cents) } },
    },
  });
  expect(data).toMatchObject([ofOrganization(), ofOrganization(9), ofProject(), ofProject(7)]);
});

test('an archived project keeps what is set, and takes no change', async () => {
  await api.ask(`POST /projects/${project}/spend_limit`, { threshold_amount: 7, ...month });
  await api.ask(`POST /projects/${project}/archive`);
  expect((await api.ask(`GET /projects/${project}/spend_limit`)).status).toBe(200);
  for (const operation of ['POST', 'DELETE']) {
    const body = operation === 'POST' ? { threshold_amount: 8, ...month } : undefined;
    const { status, body: answer } = await api.ask(`${operation} /projects/${project}/spend_limit`, body);
    expect([status, answer.error.code]).toEqual([400, 'project_archived']);
  }
});

test('another project, and one that does not exist, is a 404', async () => {
  const { value } = await api.team('b', ['keys.manage']);
  for (const path of ['spend_limit', 'spend_alerts']) {
    expect((await api.ask(`GET /projects/proj_000000000009/${path}`)).status).toBe(404);
    expect((await api.ask(`GET /projects/${project}/${path}`, undefined, value)).status).toBe(403);
  }
});
