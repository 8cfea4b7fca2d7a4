/** The part of Next.js that is used, so that the package builds without installing all of it. */
declare module 'next/navigation.js' {
  export function useParams(): Record<string, string | string[] | undefined> | null;
  /** null in the Pages Router, until it is ready. */
  export function usePathname(): string | null;
  export function useSearchParams(): URLSearchParams | null;
}
