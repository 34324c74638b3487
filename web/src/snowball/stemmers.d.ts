declare module "*-stemmer.js" {
  export default class Stemmer {
    stemWord(word: string): string;
  }
}
