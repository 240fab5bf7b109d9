// The page: shows what the session says, and passes on what a person does. Nothing but this and what lies in view/
// touches the document.

import { Guard } from './guard.js';
import { Absent } from './view/absent.js';
import { Badge } from './view/badge.js';
import { Composer } from './view/composer.js';
import { Interests } from './view/interests.js';
import { Line } from './view/line.js';
import { Log } from './view/log.js';
import { back, ofEnding, ofLost, ofMatch, ofOnline, ofPresence, ofReturn, ofWaiting } from './view/words.js';

const tints = 5; // as many as the style sheet has
const freshFor = 1_000; // ms after a match in which a press was meant for the one before
const quietAfter = 15_000; // ms of looking after which the page says that it is quiet

export class View {
  #session;
  #clock;
  #random;
  #guard;
  #log;
  #composer;
  #interests;
  #badge;
  #absent;
  #line;

  #shown = 'start null'; // the stage and the ending on the page
  #tint = 0;
  #matchedAt = -Infinity;
  #unread = 0;
  #wanted = [];
  #long = false;
  #longTimer = null;

  constructor({ clock, random }) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Begins to show `session`, whose events go to `take`. */
  show(session) {
    this.#session = session;
    this.#guard = new Guard({ clock: this.#clock, onChange: (name) => this.#armed(name) });
    this.#badge = new Badge({ icon: $('favicon'), unread: 'favicon-unread.svg' });
    this.#absent = new Absent({ element: $('absent'), clock: this.#clock });
    this.#line = new Line({
      bar: $('link'),
      text: $('link-text'),
      retry: $('retry'),
      announce: (text) => this.#announce(text),
    });
    this.#log = new Log({
      list: $('log'),
      scroll: $('scroll'),
      newer: $('newer'),
      onReading: (atEnd) => session.setReading(atEnd),
    });
    this.#interests = new Interests({
      field: $('interest'),
      chips: $('chips'),
      hint: $('interest-hint'),
    });
    this.#composer = new Composer({
      form: $('composer'),
      draft: $('draft'),
      send: $('send'),
      trouble: $('trouble'),
      say: (text) => this.#say(text),
      typed: () => session.typed(),
    });
    this.#listen();
    $('start-form').hidden = false;
    if (session.anew) this.#open(ofReturn({ here: false }));
    this.#render();
  }

  /** Takes an event of the session. */
  take(event) {
    switch (event.type) {
      case 'change':
        return this.#render();
      case 'matched':
        return this.#matched();
      case 'resumed':
        return this.#resumed();
      case 'message':
        this.#log.add(event.message);
        return this.#alert(() => (++this.#unread === 1 ? 'New message' : `${this.#unread} new messages`));
      case 'mark':
        return this.#log.mark(event.message);
      case 'gap':
        return this.#log.gap();
      case 'lost':
        return this.#announce(ofLost(event.seconds * 1000));
      case 'back':
        this.#absent.back();
        return this.#announce(back);
    }
  }

  #listen() {
    const session = this.#session;
    $('start-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#find(this.#interests.take());
    });
    $('stop').addEventListener('click', () => session.leave());
    $('again').addEventListener('click', () => session.find());
    $('done').addEventListener('click', () => session.leave());
    $('next').addEventListener('click', () => this.#press('next'));
    $('leave').addEventListener('click', () => this.#press('leave'));
    $('block').addEventListener('click', () => this.#press('block'));
    $('retry').addEventListener('click', () => session.open());
    $('draft').addEventListener('input', () => this.#guard.disarm());

    document.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('visibilitychange', () => this.#turned());
    window.addEventListener('online', () => session.setOnline(true));
    window.addEventListener('offline', () => session.setOnline(false));
    window.addEventListener('pageshow', (event) => event.persisted && this.#returned());
    window.addEventListener('beforeunload', (event) => session.underWay && event.preventDefault());
    window.visualViewport?.addEventListener('resize', () => this.#fit());
  }

  #find(interests) {
    this.#wanted = interests;
    this.#session.find(interests);
  }

  #say(text) {
    const message = this.#session.say(text);
    if (message) this.#log.add(message);
    return message !== null;
  }

  // What a person does to a chat.

  #key(event) {
    if (event.key !== 'Escape' || event.repeat || event.isComposing || event.keyCode === 229) return;
    if (this.#session.stage === 'chat') this.#press('next');
    else if (this.#session.stage === 'ended') this.#session.find();
  }

  #press(name) {
    const session = this.#session;
    const fresh = this.#clock.now() - this.#matchedAt < freshFor;
    const loses = session.precious || fresh || !this.#composer.empty;
    const precious = session.stage === 'chat' && (name === 'block' || loses);
    if (!this.#guard.press(name, precious)) return;
    if (name === 'next') session.find();
    else if (name === 'leave') session.leave();
    else session.block();
  }

  #armed(name) {
    for (const [each, label] of Object.entries(labels)) {
      const button = $(each);
      button.classList.toggle('armed', each === name);
      (button.querySelector('span') ?? button).textContent = each === name ? 'Sure?' : label;
    }
    if (name !== null) this.#announce(`Once more to ${questions[name]}.`);
  }

  // What the session says.

  #matched() {
    this.#matchedAt = this.#clock.now();
    this.#open(ofMatch(this.#session.partner));
    this.#alert(() => 'Somebody is here');
  }

  #resumed() {
    const text = ofReturn({ here: true });
    if (this.#session.anew && $('opening').textContent !== text) this.#tell(text);
  }

  // A chat begins on this page.
  #open(text) {
    this.#absent.clear();
    this.#tint = (this.#tint + 1 + Math.floor(this.#random() * (tints - 1))) % tints;
    document.body.dataset.tint = this.#tint;
    this.#tell(text);
  }

  #tell(text) {
    $('opening').textContent = text;
    this.#announce(text);
  }

  // The browser had put this page aside, and shows it again as it was.
  #returned() {
    if (this.#session.outdated) window.location.reload();
    else this.#session.wake();
  }

  #alert(text) {
    if (document.visibilityState === 'hidden') this.#badge.raise(text());
  }

  #turned() {
    const inFront = document.visibilityState === 'visible';
    if (inFront) {
      this.#unread = 0;
      this.#badge.clear();
    }
    this.#session.setInFront(inFront);
  }

  #render() {
    const { stage, ending, link, partner, online, max } = this.#session;
    const { body } = document;
    const shown = `${stage} ${ending}`;
    const entered = shown !== this.#shown;
    const over = stage === 'ended';
    this.#line.show(link, stage === 'chat');
    this.#composer.setMax(max);

    body.dataset.stage = stage;
    body.dataset.partner = partner?.away || partner?.lostUntil ? 'away' : 'here';
    $('start').hidden = stage !== 'start';
    $('waiting').hidden = stage !== 'waiting';
    $('chat').hidden = stage !== 'chat' && !over;
    $('online').hidden = online < 2 || link.state !== 'ready';
    $('online').textContent = ofOnline(online);

    $('presence').hidden = stage !== 'chat' && !over;
    $('presence').textContent = partner ? ofPresence(partner) : 'Chat over';
    $('chat-actions').hidden = !this.#session.canBlock;
    $('leave').hidden = stage !== 'chat';
    $('next').hidden = stage !== 'chat';
    $('ended').hidden = !over;
    $('ended-text').textContent = over ? ofEnding(ending) : '';
    $('typing').hidden = !partner?.typing;
    this.#absent.show(partner?.lostUntil ?? null);
    this.#log.follow();

    if (entered) this.#enter(stage, shown);
    if (stage === 'waiting') this.#renderWaiting();
  }

  #renderWaiting() {
    const connected = this.#session.link.state === 'ready';
    $('waiting-text').textContent = ofWaiting({ connected, interests: this.#wanted, long: this.#long });
  }

  #enter(stage, shown) {
    this.#shown = shown;
    this.#guard.disarm();
    this.#clock.clearTimeout(this.#longTimer);
    this.#long = false;
    const writing = document.activeElement === $('draft');
    if (stage === 'start' || stage === 'waiting') {
      delete document.body.dataset.tint;
      this.#log.clear();
      this.#composer.clear();
    }
    if (stage !== 'chat') this.#absent.clear();
    this.#composer.setOpen(stage === 'chat');

    if (stage === 'start') {
      $('find').focus();
    } else if (stage === 'waiting') {
      $('waiting-title').focus();
      this.#longTimer = this.#clock.setTimeout(() => {
        this.#long = true;
        this.#renderWaiting();
      }, quietAfter);
    } else if (stage === 'chat') {
      // On a screen that is touched the keyboard comes when it is asked for.
      if (window.matchMedia('(hover: hover) and (pointer: fine)').matches) this.#composer.focus();
      else $('chat-title').focus();
    } else {
      this.#announce(ofEnding(this.#session.ending));
      this.#alert(() => ofEnding(this.#session.ending));
      // Not to a button: whoever is just typing would press it.
      if (!writing || this.#composer.empty) $('ended-text').focus();
    }
  }

  #announce(text) {
    $('status').textContent = text;
  }

  // Where a keyboard covers the page instead of making it smaller (Safari), the page makes itself smaller.
  #fit() {
    const { height, scale } = window.visualViewport;
    const covered = scale === 1 && window.innerHeight - height > 100;
    if (covered) document.body.style.setProperty('--seen-height', `${height}px`);
    else document.body.style.removeProperty('--seen-height');
    if (covered) window.scrollTo(0, 0);
  }
}

const labels = { next: 'Next', leave: 'Leave', block: 'Block' };
const questions = {
  next: 'leave this stranger and find another',
  leave: 'leave',
  block: 'leave and never meet this stranger again',
};

function $(id) {
  return document.getElementById(id);
}
