import {MAX_ATTRIBUTES} from './clean.js';
import {safely} from './scope.js';

/** Objects in metadata are followed so deep; `{order: {id: 5}}` is `order.id`. */
const MAX_DEPTH = 2;

/** Metadata with the members of nested objects under their path. What has a form for JSON, such as a Date, is that. */
export const flatten = (metadata?: object): Record<string, unknown> => Object.fromEntries(safely(() => membersOf(metadata || {}, '', MAX_DEPTH)) || []);

/** Without members that throw when they are read, as those of a window of another origin do. */
const membersOf = (object: object, path: string, depth: number): [path: string, value: unknown][] =>
  Object.keys(object)
    .slice(0, MAX_ATTRIBUTES)
    .flatMap(
      (name) =>
        safely((): ReturnType<typeof membersOf> => {
          const member = (object as Record<string, {toJSON?: () => unknown} | undefined>)[name];
          const value = member?.toJSON ? member.toJSON() : member;
          return depth && Object(value) === value ? membersOf(value as object, path + name + '.', depth - 1) : [[path + name, value]];
        }) || [],
    );
