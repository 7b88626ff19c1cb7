// What lies over the page: short notices, alerts, a photo at full size.
const byId = (id) => document.getElementById(id);
let timer = 0;

export function toast(text) {
  const node = byId('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(timer);
  // As long as it takes to read, and never over a message that has come since.
  timer = setTimeout(hideToast, Math.min(3500, 1200 + 40 * text.length));
}

export function hideToast() {
  clearTimeout(timer);
  byId('toast').hidden = true;
}

export function alertBox(text) {
  byId('alert-text').textContent = text;
  byId('alert').showModal();
}

export function zoom(url, caption) {
  const dialog = byId('zoom');
  dialog.querySelector('img').src = url;
  dialog.querySelector('img').alt = caption;
  dialog.querySelector('p').textContent = caption.split('\n')[0];
  dialog.onclick = () => dialog.close();
  dialog.showModal();
}
