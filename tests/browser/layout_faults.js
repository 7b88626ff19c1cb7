// What a person cannot see, or not without pushing the page sideways: one sentence each.
() => {
  const faults = [];
  const width = document.documentElement.clientWidth;
  const name = (node) => `${node.tagName.toLowerCase()}${node.className ? `.${node.className}` : ''} «${node.textContent.trim().slice(0, 60)}»`;
  const inline = (node) => getComputedStyle(node).display === 'inline';

  for (const node of [document.documentElement, document.body, ...document.querySelectorAll('#main, #log, #messages, .foot')]) {
    if (node.scrollWidth > node.clientWidth) faults.push(`${name(node)} is ${node.scrollWidth - node.clientWidth} px wider than the screen`);
  }

  for (const node of document.querySelectorAll('.message, .message *, .welcome, .welcome *, .foot *')) {
    if (!node.checkVisibility()) continue;
    const { left, right } = node.getBoundingClientRect();
    if (left < -0.5 || right > width + 0.5) faults.push(`${name(node)} leaves the screen`);
    if (inline(node) || node.closest('.reply, .spoiler, textarea')) continue;
    if (node.scrollWidth > node.clientWidth + 1) faults.push(`${name(node)} is cut off at the side`);
    const hides = getComputedStyle(node).overflowY !== 'visible' && !node.closest('.panel');
    if (hides && node.scrollHeight > node.clientHeight + 1 && !node.matches('.cut')) faults.push(`${name(node)} is cut off below`);
  }

  // A word that is broken over two lines, or a label that takes more than two.
  const texts = document.createTreeWalker(document.getElementById('messages'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (!parent.checkVisibility() || parent.closest('code, pre, a[href^="http"]:not(.keys a)')) continue;
    const range = document.createRange();
    const lines = () => new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size;
    for (const word of text.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (lines() > 1) faults.push(`«${word[0]}» is broken over two lines in ${name(parent)}`);
    }
    if (parent.closest('.keys')) {
      range.selectNodeContents(text);
      if (lines() > 2) faults.push(`«${text.data}» takes ${lines()} lines on its button`);
    }
  }

  for (const image of document.querySelectorAll('.message img')) {
    if (!image.complete || !image.naturalWidth) {
      faults.push(`the picture ${image.alt} is not there`);
      continue;
    }
    const shown = image.getBoundingClientRect();
    if (!shown.width) continue;
    const wrong = Math.abs((shown.width / shown.height) / (image.naturalWidth / image.naturalHeight) - 1);
    if (wrong > 0.02) faults.push(`the picture ${image.alt} is not shown whole: ${shown.width}×${shown.height} of ${image.naturalWidth}×${image.naturalHeight}`);
  }
  return [...new Set(faults)];
}
