'use client';

import {Component, createElement, Fragment, useCallback, useEffect, useRef, useState} from 'react';
import type {ErrorInfo, ReactNode} from 'react';
import {getRUM, initRUM, type RUMOptions} from './index.js';

export type RUMProviderProps = RUMOptions & {children?: ReactNode};

/**
 * Starts the client at its first render in a browser, and keeps user and tags up to date. On a
 * server it renders its children and nothing else. Options other than userId and tags are read once.
 */
export function RUMProvider({children, ...options}: RUMProviderProps): ReactNode {
  const {userId, tags} = options;
  // Not in an effect: those of children run first, and would find no client. Rendering twice is no
  // harm, since a second initRUM finds the first. The client outlives the component, for it belongs
  // to the page and not to a part of its tree.
  useState(() => initRUM(options));
  useEffect(() => getRUM()?.setUserId(userId), [userId]);
  useEffect(() => {
    if (tags) getRUM()?.setTags?.(tags);
  }, [JSON.stringify(tags)]);
  return createElement(Fragment, null, children);
}

export type RUMErrorBoundaryProps = {
  children?: ReactNode;
  /** Shown instead of the children after an error; reset renders them again. Default nothing. */
  fallback?: ReactNode | ((failure: {error: unknown; reset: () => void}) => ReactNode);
  /** Called with the error after it is reported. */
  onError?: (error: unknown, info: ErrorInfo) => void;
  /** Called on a reset, before the children are rendered again. */
  onReset?: () => void;
};

// An object, for null and undefined can be thrown too.
type Failure = {failed?: {error: unknown}};

/** Reports errors of rendering below it, once and with the stack of components, and shows a fallback. */
export class RUMErrorBoundary extends Component<RUMErrorBoundaryProps, Failure> {
  override state: Failure = {};

  static getDerivedStateFromError(error: unknown): Failure {
    return {failed: {error}};
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    getRUM()?.recordError?.(error, {component_stack: info.componentStack?.trim()});
    this.props.onError?.(error, info);
  }

  reset = (): void => {
    this.props.onReset?.();
    this.setState({failed: undefined});
  };

  override render(): ReactNode {
    const {children, fallback = null} = this.props;
    const {failed} = this.state;
    if (!failed) return children;
    return typeof fallback == 'function' ? fallback({...failed, reset: this.reset}) : fallback;
  }
}

export type TrackInteraction = {
  /** Begins to measure. */
  startTracking: () => void;
  /** Ends it and records how long it took; without a start it does nothing. */
  endTracking: (metadata?: object) => void;
  /** Wraps a handler, so that each call records how long it took, a promise until it settles. */
  trackClick: <A extends unknown[], R>(handler?: (...args: A) => R, metadata?: object) => (...args: A) => R | undefined;
};

/** Measures an interaction by name: from start to end, or around a handler. */
export function useTrackInteraction(name: string): TrackInteraction {
  const startedAt = useRef<number | undefined>(undefined);

  const startTracking = useCallback(() => {
    startedAt.current = performance.now();
  }, []);

  const endTracking = useCallback(
    (metadata?: object) => {
      if (startedAt.current == undefined) return;
      getRUM()?.recordInteraction?.(name, performance.now() - startedAt.current, metadata);
      startedAt.current = undefined;
    },
    [name],
  );

  const trackClick = useCallback<TrackInteraction['trackClick']>(
    (handler, metadata) =>
      (...args) =>
        measured(name, () => handler?.(...args), metadata),
    [name],
  );
  return {startTracking, endTracking, trackClick};
}

/** Calls fn and records how long it took, also when it throws or rejects. */
function measured<R>(name: string, fn: () => R, metadata?: object): R {
  const start = performance.now();
  const end = () => getRUM()?.recordInteraction?.(name, performance.now() - start, metadata);
  let result: R | undefined;
  try {
    result = fn();
    return result;
  } finally {
    if (result instanceof Promise) result.then(end, end);
    else end();
  }
}
