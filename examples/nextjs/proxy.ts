import {NextResponse, type NextRequest} from 'next/server';

/**
 * Forwards what the client sends, so that it needs no other origin and the collector can move
 * without a build; and the script that Vercel's packages load.
 */
export function proxy(request: NextRequest) {
  const collector = process.env.RUM_COLLECTOR ?? 'http://localhost:4319';
  return NextResponse.rewrite(new URL(request.nextUrl.pathname + request.nextUrl.search, collector));
}

export const config = {matcher: ['/v1/rum', '/v1/web-vitals', '/rum.js']};
