"""Methods by which the bot gets its updates."""

from ops.sandbox.errors import WEBHOOK_ACTIVE, bad_request, refused
from ops.sandbox.objects import JsonObject, Update
from ops.sandbox.parameters import Parameters
from ops.sandbox.webhook import WebhookSender
from ops.sandbox.world import World

MAX_TIMEOUT = 50


async def get_updates(world: World, parameters: Parameters) -> list[Update]:
    if world.webhook is not None:
        raise refused(409, WEBHOOK_ACTIVE)
    world.updates.allow(_allowed(parameters))
    timeout = min(max(parameters.integer("timeout") or 0, 0), MAX_TIMEOUT)
    return await world.updates.get(parameters.integer("offset") or 0, parameters.integer("limit") or 100, timeout)


async def set_webhook(world: World, parameters: Parameters) -> bool:
    url = parameters.text("url")
    if url and not url.startswith(("https://", "http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    await _stop(world, parameters)
    if url:
        world.updates.allow(_allowed(parameters))
        world.updates.interrupt(refused(409, "terminated by setWebhook request"))
        world.webhook = WebhookSender(url, parameters.text("secret_token"), world.updates)
        world.webhook.start()
    return True


async def delete_webhook(world: World, parameters: Parameters) -> bool:
    await _stop(world, parameters)
    return True


async def get_webhook_info(world: World, parameters: Parameters) -> JsonObject:
    webhook = world.webhook
    info: JsonObject = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook is not None:
        info["max_connections"] = 1
        if webhook.last_error:
            info["last_error_date"] = webhook.last_error_date
            info["last_error_message"] = webhook.last_error
    if world.updates.allowed is not None:
        info["allowed_updates"] = [*sorted(world.updates.allowed)]
    return info


async def _stop(world: World, parameters: Parameters) -> None:
    if world.webhook is not None:
        await world.webhook.stop()
        world.webhook = None
    if parameters.flag("drop_pending_updates"):
        world.updates.pending.clear()


def _allowed(parameters: Parameters) -> list[str] | None:
    value = parameters.structure("allowed_updates")
    return [kind for kind in value if isinstance(kind, str)] if isinstance(value, list) else None
