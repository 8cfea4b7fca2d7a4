import {MAX_ATTRIBUTES} from './clean.js';

/** Objects in metadata are followed so deep; `{order: {id: 5}}` is `order.id`. */
const MAX_DEPTH = 2;

/** Metadata with the members of nested objects under their path. What has a form for JSON, such as a Date, is that. */
export const flatten = (metadata?: object): Record<string, unknown> => Object.fromEntries(membersOf(metadata || {}, '', MAX_DEPTH));

const membersOf = (object: object, path: string, depth: number): [path: string, value: unknown][] =>
  Object.entries(object)
    .slice(0, MAX_ATTRIBUTES)
    .flatMap(([name, member]) => {
      const value: unknown = member?.toJSON ? member.toJSON() : member;
      return depth && Object(value) === value ? membersOf(value as object, path + name + '.', depth - 1) : [[path + name, value]];
    });
