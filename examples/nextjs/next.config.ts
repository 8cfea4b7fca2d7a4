import type {NextConfig} from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  // The repository has other lock files above this one.
  turbopack: {root: import.meta.dirname},
  images: {unoptimized: true},
};

export default config;
