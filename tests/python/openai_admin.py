"""OpenAI's own client for Python manages the stack: projects, service accounts, their keys, admin keys and the audit log."""

import time

import openai

from cases import case, contains, equal, fails, gateway, run

HELLO = [{"role": "user", "content": "Hello"}]
HOUR = 3600


def client_of(admin_key=gateway.adminKey, key="unused"):
    return openai.OpenAI(base_url=gateway.baseUrl, api_key=key, admin_api_key=admin_key, max_retries=0)


organization = client_of().admin.organization
projects = organization.projects


def ids(pages):
    return [each.id for each in pages]


@case("creates, renames, lists and archives projects")
def of_projects():
    project = projects.create(name="Search")
    equal((project.object, project.name, project.status), ("organization.project", "Search", "active"))
    equal(projects.retrieve(project.id), project)
    equal(projects.update(project.id, name="Find").name, "Find")
    assert project.id in ids(projects.list(limit=1)), "the iterator does not read to the end"
    equal(projects.archive(project.id).status, "archived")
    assert project.id not in ids(projects.list()), "an archived project is listed"
    assert project.id in ids(projects.list(include_archived=True)), "no archived project is listed"


@case("manages service accounts")
def of_accounts():
    project = projects.create(name="Chat")
    accounts = projects.service_accounts
    made = [accounts.create(project.id, name=name).id for name in ("web", "ios", "cli")]
    equal(ids(accounts.list(project.id, limit=2)), made)
    changed = accounts.update(made[0], project_id=project.id, name="site", role="owner")
    equal((changed.name, changed.role), ("site", "owner"))
    equal(accounts.retrieve(made[0], project_id=project.id), changed)
    equal(accounts.delete(made[0], project_id=project.id).deleted, True)
    equal(ids(accounts.list(project.id)), made[1:])


@case("issues keys that call models, and deletes them")
def of_keys():
    project = projects.create(name="Keys")
    account = projects.service_accounts.create(project.id, name="batch", expires_in_seconds=HOUR)
    equal(account.api_key.expires_at, account.api_key.created_at + HOUR)
    reply = client_of(key=account.api_key.value).chat.completions.create(model=gateway.openaiModel, messages=HELLO)
    assert reply.choices[0].message.content, "the model says nothing"

    keys = projects.service_accounts.api_keys
    other = keys.create(account.id, project_id=project.id, name="ci", scopes=["models.read"])
    error = fails(
        openai.PermissionDeniedError,
        lambda: client_of(key=other.value).chat.completions.create(model=gateway.openaiModel, messages=HELLO),
    )
    contains(error.message, "Missing scopes: inference")
    shown = projects.api_keys.retrieve(other.id, project_id=project.id)
    equal((shown.name, shown.owner.service_account.id), ("ci", account.id))
    updated = projects.api_keys.update(other.id, project_id=project.id, scopes=[], expires_in_seconds=HOUR)
    assert updated.expires_at >= shown.created_at + HOUR, updated
    equal(ids(projects.api_keys.list(project.id, limit=1)), [account.api_key.id, other.id])

    unused = keys.create(account.id, project_id=project.id, name="unused")
    equal(projects.api_keys.delete(unused.id, project_id=project.id).deleted, True)
    error = fails(openai.AuthenticationError, lambda: client_of(key=unused.value).models.list())
    contains(error.message, "This key was revoked")


@case("says which models a project may use")
def of_models():
    project = projects.create(name="Models")
    permissions = projects.model_permissions
    equal(permissions.retrieve(project.id).mode, "deny_list")
    denied = permissions.update(project.id, mode="deny_list", model_ids=[gateway.openaiModel])
    equal((denied.mode, denied.model_ids), ("deny_list", [gateway.openaiModel]))
    account = projects.service_accounts.create(project.id, name="app")
    client = client_of(key=account.api_key.value)
    error = fails(
        openai.PermissionDeniedError,
        lambda: client.chat.completions.create(model=gateway.openaiModel, messages=HELLO),
    )
    equal(error.code, "model_not_allowed")
    assert gateway.openaiModel not in [model.id for model in client.models.list()], "a denied model is listed"
    error = fails(openai.BadRequestError, lambda: permissions.update(project.id, mode="allow_list", model_ids=["no-such"]))
    equal(error.param, "model_ids[0]")
    equal(permissions.delete(project.id).deleted, True)
    equal(permissions.retrieve(project.id).model_ids, [])


@case("limits the requests of a project")
def of_limits():
    project = projects.create(name="Limits")
    limits = projects.rate_limits
    row = next(each for each in limits.list_rate_limits(project.id, limit=2) if each.model == gateway.openaiModel)
    updated = limits.update_rate_limit(row.id, project_id=project.id, max_requests_per_1_minute=0)
    equal(updated.max_requests_per_1_minute, 0)
    assert updated in [*limits.list_rate_limits(project.id)], "the list has not what was set"
    account = projects.service_accounts.create(project.id, name="limited")
    ask = client_of(key=account.api_key.value).chat.completions.create
    error = fails(openai.RateLimitError, lambda: ask(model=gateway.openaiModel, messages=HELLO))
    equal(error.code, "rate_limit_exceeded")


@case("limits what a project spends, and alerts")
def of_spending():
    project = projects.create(name="Spending")
    month = {"currency": "USD", "interval": "month"}
    limit = projects.spend_limit.update(project.id, threshold_amount=500, **month)
    equal(projects.spend_limit.retrieve(project.id), limit)
    equal(projects.spend_limit.delete(project.id).deleted, True)
    fails(openai.NotFoundError, lambda: projects.spend_limit.retrieve(project.id))
    alerts = projects.spend_alerts
    channel = {"type": "email", "recipients": ["finance@example.com"]}
    made = [alerts.create(project.id, threshold_amount=cents, notification_channel=channel, **month) for cents in (1, 2)]
    equal([*alerts.list(project.id, limit=1)], made)
    changed = alerts.update(
        made[0].id, project_id=project.id, threshold_amount=9, notification_channel=channel, **month
    )
    equal(alerts.retrieve(made[0].id, project_id=project.id), changed)
    equal(alerts.delete(made[0].id, project_id=project.id).deleted, True)


@case("reports usage and costs")
def of_usage():
    project = projects.create(name="Usage")
    account = projects.service_accounts.create(project.id, name="used")
    start = int(time.time()) - HOUR
    client_of(key=account.api_key.value).chat.completions.create(model=gateway.openaiModel, messages=HELLO)
    usage = organization.usage.completions(
        start_time=start, bucket_width="1h", project_ids=[project.id], group_by=["model", "api_key_id"]
    )
    found = [result for bucket in usage.data for result in bucket.results]
    equal(
        [(each.model, each.api_key_id, each.num_model_requests) for each in found],
        [(gateway.openaiModel, account.api_key.id, 1)],
    )
    assert found[0].input_tokens > 0, found
    costs = organization.usage.costs(start_time=start, project_ids=[project.id])
    equal(costs.object, "page")


@case("manages admin keys")
def of_admin_keys():
    keys = organization.admin_api_keys
    key = keys.create(name="ops", expires_in_seconds=HOUR)
    equal(keys.retrieve(key.id).redacted_value, key.redacted_value)
    own = client_of(key.value).admin.organization.admin_api_keys
    assert key.id in ids(own.list(limit=1, order="desc")), "the key does not see itself"
    equal(own.delete(key.id).deleted, True)
    fails(openai.NotFoundError, lambda: keys.retrieve(key.id))


@case("reads the audit log")
def of_audit():
    project = projects.create(name="Audit")
    accounts = [projects.service_accounts.create(project.id, name=name) for name in ("a", "b")]
    projects.archive(project.id)
    log = organization.audit_logs
    types = [entry.type for entry in log.list(project_ids=[project.id], limit=2)]
    equal(sorted(types), ["api_key.created"] * 2 + ["project.archived", "project.created"] + ["service_account.created"] * 2)
    created = [*log.list(event_types=["service_account.created"], project_ids=[project.id])]
    equal(sorted(entry.service_account_created.id for entry in created), sorted(each.id for each in accounts))
    equal([*log.list(effective_at={"gt": 4_000_000_000})], [])


@case("manages the stack asynchronously")
async def asynchronous():
    async with openai.AsyncOpenAI(
        base_url=gateway.baseUrl, api_key="unused", admin_api_key=gateway.adminKey, max_retries=0
    ) as client:
        project = await client.admin.organization.projects.create(name="Async")
        assert project.id in [each.id async for each in client.admin.organization.projects.list(limit=2)]


@case("refusals raise the client's exceptions")
def refusals():
    project = projects.create(name="Errors")
    account = projects.service_accounts.create(project.id, name="plain")
    plain = client_of(account.api_key.value).admin.organization
    fails(openai.PermissionDeniedError, plain.projects.list)
    fails(openai.AuthenticationError, client_of(gateway.adminKey[:-1]).admin.organization.projects.list)
    error = fails(openai.BadRequestError, lambda: projects.create(name=""))
    equal((error.status_code, error.param), (400, "name"))
    error = fails(openai.NotFoundError, lambda: organization.users.retrieve("user_1"))
    equal(error.code, "unsupported_endpoint")
    fails(openai.NotFoundError, lambda: projects.service_accounts.retrieve(account.id, project_id="proj_000000000001"))


run()
