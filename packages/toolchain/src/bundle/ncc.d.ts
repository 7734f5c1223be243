declare module '@vercel/ncc' {
  /** The part of ncc's interface that the build uses. https://github.com/vercel/ncc#programmatically-from-nodejs */
  export default function ncc(
    entry: string,
    options: {
      readonly filename: string;
      readonly esm: boolean;
      readonly cache: false;
      readonly quiet: boolean;
      readonly minify: boolean;
      readonly license: string;
      readonly target: string;
      readonly mainFields: readonly string[];
    },
  ): Promise<{
    readonly code: string;
    readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
  }>;
}
