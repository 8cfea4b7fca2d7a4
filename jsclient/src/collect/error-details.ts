import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {describe, textOf} from './errors.js';

/** Causes that are followed, members of an AggregateError among them: `new Error('…', {cause})` may be a circle. */
const MAX_CAUSES = 5;

/** What says what it is of a Response, an Event, an element and their like; never a value that an application gave it. */
const FACTS = ['type', 'status', 'url', 'localName'];

/**
 * Adds to errors the chain of their causes, says what they are that are no errors, and marks those that are not the
 * page's own fault or that nobody can look into.
 */
export function errorDetails({_hooks: hooks}: Recorder): void {
  hooks._error = (thrown, {name, message, stack = '', filename = '', attributes}) => ({
    ...(name == 'object' && kindOf(thrown)),
    stack: (stack + causes(thrown)) || undefined,
    attributes: {
      extension: /-extension:\/\//.test(stack + filename) || undefined,
      // A script of another origin without CORS says only this.
      opaque: (!stack && /^Script error/.test(message)) || undefined,
      ...attributes,
    },
  });
}

/** The kind of an object that the browser or a library made, with what is known of its kind. */
function kindOf(thrown: unknown): {name: string; message?: string} | false {
  const name = safely(() => Object.prototype.toString.call(thrown).slice(8, -1)) || 'unreadable';
  const message = FACTS.flatMap((fact) => textOf(thrown, fact) || []).join(' ');
  return !/^(Object|Null)$/.test(name) && {name, ...(message && {message})};
}

const read = (of: unknown, name: string): unknown => safely(() => (of as Record<string, unknown>)[name]);

/** Each with its own causes before the next. */
function causes(thrown: unknown): string {
  const texts = [''];
  const left = causesOf(thrown);
  while (left.length && texts.length <= MAX_CAUSES) {
    const cause = left.shift();
    const {name, message, stack = ''} = {...describe(cause), ...(Object(cause) === cause && !read(cause, 'message') && kindOf(cause))};
    // Stacks of V8 begin with type and message, those of others with the first frame.
    texts.push(message && stack.includes(message) ? stack : `${name}: ${message}\n${stack}`.trim());
    left.unshift(...causesOf(cause));
  }
  return texts.join('\nCaused by: ');
}

/** The cause of an error, and the members of an AggregateError. */
const causesOf = (thrown: unknown): unknown[] =>
  [read(thrown, 'cause'), ...(safely(() => [...(read(thrown, 'errors') as unknown[])].slice(0, MAX_CAUSES)) || [])].filter((cause) => cause != undefined);
