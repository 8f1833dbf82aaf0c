/** A page of docs/. The bundler and the test runner turn the file into a module whose default export is its text. */
declare module '*.md' {
  const text: string;
  export default text;
}
