// One message as a node.
import { avatar, colour, fullName, make } from './dom.js';
import { copy, link, render } from './entities.js';
import { zoom } from './dialogs.js';
import { clock, say } from './words.js';

// `place` says how the message stands in its run: {own, group, first, last}; `actions` is what its buttons do.
export function messageNode(message, place, actions) {
  const note = noteOf(message);
  if (note) return make('div', { class: 'note', 'data-id': message.message_id }, note);
  const keyboard = message.reply_markup?.inline_keyboard;
  const names = ['message', place.own && 'own', place.first && 'first', place.last && 'last', keyboard && 'with-keys'];
  const bubble = make('div', { class: 'bubble' }, ...head(message, place, actions), ...content(message, actions), meta(message));
  const body = make('div', { class: 'body' }, bubble, keyboard ? keys(message, keyboard, actions) : null);
  return make('article', { class: names.filter(Boolean).join(' '), 'data-id': message.message_id }, place.group && !place.own ? avatar(message.from, true) : null, body);
}

export function noteOf(message) {
  if (message.pinned_message) return `${message.from.first_name} ${say('pinnedNote')}`;
  if (message.forum_topic_created) return `${message.from.first_name} ${say('topicMade')} «${message.forum_topic_created.name}»`;
  return '';
}

export const summary = (message) => message.text ?? message.caption ?? (message.photo ? say('photo') : message.document ? message.document.file_name : noteOf(message));

function head(message, place, actions) {
  const parts = [];
  if (place.group && !place.own && place.first) {
    parts.push(make('div', { class: `name n${colour(message.from)}` }, fullName(message.from), message.from.is_bot ? make('small', {}, say('bot')) : null));
  }
  if (message.forward_origin) parts.push(make('div', { class: 'via' }, `${say('forwarded')} ${fullName(message.forward_origin.sender_user ?? {})}`));
  if (message.via_bot) parts.push(make('div', { class: 'via' }, `${say('via')} @${message.via_bot.username}`));
  const replied = message.reply_to_message;
  if (replied && !replied.forum_topic_created) {
    parts.push(make('button', { class: 'reply', type: 'button', onclick: () => actions.jump(replied.message_id) }, make('b', {}, fullName(replied.from)), make('span', {}, summary(replied) ?? '')));
  }
  return parts;
}

function content(message, actions) {
  const parts = [];
  if (message.photo_url) {
    const size = message.photo?.at(-1);
    const image = make('img', { src: message.photo_url, alt: message.caption?.split('\n')[0] ?? say('photo'), width: size?.width, height: size?.height, loading: 'lazy' });
    parts.push(make('button', { class: 'photo', type: 'button', 'aria-label': say('openPhoto'), onclick: () => zoom(message.photo_url, message.caption ?? '') }, image));
  }
  if (message.document) {
    const name = message.document.file_name ?? say('document');
    const size = `${Math.max(1, Math.round((message.document.file_size ?? 0) / 1024))} KB`;
    parts.push(make('a', { class: 'document', href: message.document_url, download: name }, make('i', {}, (name.split('.').at(-1) ?? '').slice(0, 4).toUpperCase()), make('span', {}, make('b', {}, name), make('small', {}, size))));
  }
  const text = message.text ?? message.caption;
  if (text) parts.push(make('div', { class: 'text' }, render(text, message.entities ?? message.caption_entities, actions)));
  if (message.reaction) parts.push(make('span', { class: 'reaction' }, message.reaction));
  return parts;
}

function meta(message) {
  return make('span', { class: 'meta' }, message.edit_date ? make('span', {}, say('edited')) : null, make('time', { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
}

function keys(message, keyboard, actions) {
  return make('div', { class: 'keys' }, ...keyboard.map((row) => make('div', {}, ...row.map((button) => key(message, button, actions)))));
}

function key(message, button, actions) {
  const corner = (sign) => make('span', { class: 'corner', 'aria-hidden': 'true' }, sign);
  if (button.url) return link(button.url, actions, button.text, corner('↗'));
  const query = button.switch_inline_query_current_chat ?? button.switch_inline_query;
  if (query !== undefined) return make('button', { type: 'button', onclick: () => actions.inline(query) }, button.text, corner('@'));
  if (button.copy_text) return make('button', { type: 'button', onclick: () => copy(button.copy_text.text) }, button.text, corner('⧉'));
  return make('button', { type: 'button', 'data-key': button.callback_data, onclick: (event) => actions.press(message, button, event.currentTarget) }, button.text);
}
