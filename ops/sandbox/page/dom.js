// Making elements: text is always text, never HTML.
export function make(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return node;
}

const PATHS = {
  menu: 'M4 6h16M4 12h16M4 18h16', close: 'M6 6l12 12M18 6L6 18', down: 'M12 5v14M6 13l6 6 6-6', send: 'M4 12l16-8-5 17-4-7zM11 14l9-10', clip: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.6 1.6 0 0 1-2.3-2.3L14.5 7',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

const BOT_COLOUR = 5;
export const colour = (user) => (user.is_bot ? BOT_COLOUR : Math.abs(user.id ?? 0) % 7);
export const fullName = (user) => [user.first_name, user.last_name].filter(Boolean).join(' ') || user.title || '';

export function avatar(user, small = false) {
  const node = make('span', { class: `avatar c${colour(user)}${small ? ' small' : ''}`, 'aria-hidden': 'true' });
  if (user.is_bot) node.append(make('img', { src: '/page/icon.svg', alt: '' }));
  else node.textContent = fullName(user).split(' ').slice(0, 2).map((word) => [...word][0] ?? '').join('');
  return node;
}
