// What was said, on the page. Text goes in as text and as nothing else.

const kept = 1000; // messages on the page; older ones go, so that nobody can make it grow without end
const nearEnd = 48; // pixels from the end that still count as reading the end

const marks = {
  sending: 'On its way',
  delivered: 'Delivered',
  seen: 'Seen',
  refused: 'Not sent: the rules of this place do not allow it',
  lost: 'Not delivered',
};

export class Log {
  #list;
  #scroll;
  #newer;
  #onReading;
  #items = new Map(); // message id -> { message, item }, and an own one's mark and own neighbours
  #lastOwn = null;
  #atEnd = true;
  #end = 0; // where #toEnd left the reader, in pixels from the top

  /** `onReading(atEnd)` is told when the end of the conversation comes into sight or leaves it. */
  constructor({ list, scroll, newer, onReading }) {
    this.#list = list;
    this.#scroll = scroll;
    this.#newer = newer;
    this.#onReading = onReading;
    scroll.addEventListener('scroll', () => this.#look(), { passive: true });
    newer.addEventListener('click', () => this.#toEnd());
    new ResizeObserver(() => this.follow()).observe(scroll);
  }

  clear() {
    this.#list.replaceChildren();
    this.#items.clear();
    this.#lastOwn = null;
    this.#toEnd();
  }

  add(message) {
    if (this.#items.size === kept) this.#forgetOldest();
    const entry = this.#build(message);
    this.#items.set(message.id, entry);
    this.#list.append(entry.item);
    if (message.mine) {
      this.#chain(entry);
      this.#toEnd();
    } else {
      this.follow();
    }
    this.#newer.hidden = this.#atEnd;
  }

  /** The state of an own message changed. */
  mark({ id }) {
    const entry = this.#items.get(id);
    if (!entry) return;
    this.#refresh(entry.before);
    this.#refresh(entry);
    this.follow();
  }

  /** The partner's page lost some of what it said. */
  gap() {
    const item = this.#element('li', 'gap');
    item.textContent = 'Something the stranger wrote was lost on the way.';
    this.#list.append(item);
    this.follow();
  }

  /** Stays at the end, if that is where the reader was. */
  follow() {
    // The event of a scroll waits for the next frame, which a busy machine may be long in drawing. Who is further up than
    // they were left has gone there.
    if (this.#atEnd && this.#end - this.#scroll.scrollTop >= nearEnd) this.#look();
    if (this.#atEnd) this.#toEnd();
  }

  #build(message) {
    const item = this.#element('li', message.mine ? 'mine' : 'theirs');
    const previous = this.#list.lastElementChild;
    if (previous && !previous.classList.contains(item.className)) item.classList.add('turn');
    const who = this.#element('span', 'unseen');
    who.textContent = message.mine ? 'You: ' : 'Stranger: ';
    const text = this.#element('p', 'text');
    text.dir = 'auto';
    text.textContent = message.text;
    item.append(who, text);
    if (!message.mine) return { message, item };
    // Who wrote it need not hear it again, nor each of its marks; both can be read.
    item.setAttribute('aria-live', 'off');
    const mark = this.#element('span', 'mark');
    item.append(mark);
    return { message, item, mark, before: null, next: null };
  }

  #chain(entry) {
    entry.before = this.#lastOwn;
    if (entry.before) entry.before.next = entry;
    this.#lastOwn = entry;
    this.#refresh(entry.before);
    this.#refresh(entry);
  }

  // A mark stands under the last message that it is true of, and under each that did not arrive.
  #refresh(entry) {
    if (!entry) return;
    const { state } = entry.message;
    const covered = entry.next?.message.state === state && state !== 'refused';
    entry.item.dataset.state = state;
    entry.mark.textContent = covered ? '' : marks[state];
  }

  #forgetOldest() {
    const [id, { item, next }] = this.#items.entries().next().value;
    if (next) next.before = null;
    item.remove();
    this.#items.delete(id);
    this.follow();
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    const atEnd = scrollHeight - scrollTop - clientHeight < nearEnd;
    if (atEnd) this.#newer.hidden = true;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.#onReading(atEnd);
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#end = this.#scroll.scrollTop;
    this.#look();
  }

  #element(name, className) {
    const element = document.createElement(name);
    element.className = className;
    return element;
  }
}
