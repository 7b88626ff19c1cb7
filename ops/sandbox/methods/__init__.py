"""The Bot API's methods, by name in small letters: Telegram does not mind the case."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from ops.sandbox.methods import answering, chats, editing, profile, receiving, removing, sending
from ops.sandbox.parameters import Parameters
from ops.sandbox.world import World

Method: TypeAlias = Callable[[World, Parameters], Awaitable[object]]

METHODS: dict[str, Method] = {
    function.__name__.replace("_", ""): function
    for function in (
        profile.get_me,
        profile.log_out,
        profile.close,
        profile.set_my_commands,
        profile.get_my_commands,
        profile.delete_my_commands,
        profile.set_my_name,
        profile.get_my_name,
        profile.set_my_description,
        profile.get_my_description,
        profile.set_my_short_description,
        profile.get_my_short_description,
        profile.set_chat_menu_button,
        profile.get_chat_menu_button,
        profile.set_my_default_administrator_rights,
        receiving.get_updates,
        receiving.set_webhook,
        receiving.delete_webhook,
        receiving.get_webhook_info,
        sending.send_message,
        sending.send_photo,
        sending.send_document,
        sending.send_media_group,
        sending.send_chat_action,
        sending.forward_message,
        sending.forward_messages,
        sending.copy_message,
        sending.copy_messages,
        editing.edit_message_text,
        editing.edit_message_caption,
        editing.edit_message_media,
        editing.edit_message_reply_markup,
        removing.delete_message,
        removing.delete_messages,
        removing.pin_chat_message,
        removing.unpin_chat_message,
        removing.unpin_all_chat_messages,
        removing.set_message_reaction,
        answering.answer_callback_query,
        answering.answer_inline_query,
        chats.get_chat,
        chats.get_chat_member,
        chats.get_chat_administrators,
        chats.get_chat_member_count,
        chats.leave_chat,
        chats.create_forum_topic,
        chats.edit_forum_topic,
        chats.delete_forum_topic,
        chats.get_file,
    )
}

SENDING = frozenset(
    {
        "sendmessage", "sendphoto", "senddocument", "sendmediagroup", "forwardmessage", "forwardmessages",
        "copymessage", "copymessages", "editmessagetext", "editmessagecaption", "editmessagemedia",
        "editmessagereplymarkup",
    }
)  # fmt: skip
