/** The file as YAML 1.2: its tree of nodes with their places, and its syntax errors. Bounded in depth and size. */
import { Composer, Lexer, type ParsedNode, Parser, type YAMLError, isMap, isSeq } from 'yaml';

/** Deeper than the format ever goes; the composer's recursion is safe at many times this. */
const DEPTH_MAX = 64;

/** A file of the greatest size with ordinary lines stays below; one made of punctuation would take all memory. */
const TOKENS_MAX = 600_000;

/** Why the text is not read as YAML, and where. */
export interface SyntaxProblem {
  readonly problem: string;
  readonly allowed: string;
  readonly start: number;
  readonly end: number;
}

export interface YamlTree {
  /** Null for a text without content; incomplete when there are problems. */
  readonly root: ParsedNode | null;
  readonly problems: readonly SyntaxProblem[];
}

export function parseYaml(text: string): YamlTree {
  const composer = new Composer({
    schema: 'failsafe',
    customTags: ['null', 'bool', 'int'],
    // Repeated keys are found when the tree is read: with both places, and in linear time.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const refused: SyntaxProblem[] = [];
  const documents = [...composer.compose(tokens(text, refused), true, text.length)];
  const [document, another] = documents;
  if (document === undefined || refused.length > 0) return { root: null, problems: refused };
  if (another !== undefined) {
    refused.push(problemAt('a second YAML document begins here', 'one document in a file', another.range[0]));
  }
  // One error more at a place where one has been found already is a consequence of it.
  const errors = document.errors.filter(({ pos: [start] }, i) => i === 0 || document.errors[i - 1]?.pos[0] !== start);
  return {
    root: document.contents,
    problems: [...errors.map((error) => explain(error, document.contents)), ...refused],
  };
}

/** The parser's tokens, until something is met that is refused. */
function* tokens(text: string, refused: SyntaxProblem[]): ReturnType<Parser['parse']> {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'directive') {
        refused.push(
          problemAt('YAML directives are not read', 'a file without lines that begin with "%"', token.offset),
        );
        return;
      }
      yield token;
    }
    count++;
    if (parser.stack.length > DEPTH_MAX) {
      refused.push(problemAt('the file is nested too deeply', `at most ${DEPTH_MAX} levels`, parser.offset));
      return;
    }
    if (count > TOKENS_MAX) {
      refused.push(problemAt('the file has too many parts', `at most ${TOKENS_MAX} YAML tokens`, parser.offset));
      return;
    }
  }
  yield* parser.end();
}

function problemAt(problem: string, allowed: string, start: number): SyntaxProblem {
  return { problem, allowed, start, end: start + 1 };
}

function explain(error: YAMLError, root: ParsedNode | null): SyntaxProblem {
  const { code, message } = error;
  const [start, end] = error.pos;
  if (message.startsWith('Missing closing')) {
    return { problem: 'a quote is not closed', allowed: 'the same quote at the end of the text', ...lastScalar(root) };
  }
  const known = EXPLANATIONS.find(
    (explanation) => explanation.code === code && message.startsWith(explanation.message ?? ''),
  );
  const { problem, allowed } = known ?? { problem: `YAML: ${message}`, allowed: 'YAML 1.2' };
  return { problem, allowed, start, end };
}

/** A quote that is not closed takes the rest of the file, so that its text is the last one of the tree. */
function lastScalar(root: ParsedNode | null): { start: number; end: number } {
  let node = root;
  for (;;) {
    if (isSeq<ParsedNode>(node)) {
      node = node.items.at(-1) ?? null;
    } else if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const last = node.items.at(-1);
      node = last?.value ?? last?.key ?? null;
    } else {
      return { start: node?.range[0] ?? 0, end: node?.range[1] ?? 1 };
    }
  }
}

interface Explanation {
  readonly code: YAMLError['code'];
  /** How the library's message begins, where the code alone does not tell. */
  readonly message?: string;
  readonly problem: string;
  readonly allowed: string;
}

/** What people do wrong most often. */
const EXPLANATIONS: readonly Explanation[] = [
  { code: 'TAB_AS_INDENT', problem: 'a tab stands where lines are indented', allowed: 'spaces' },
  {
    code: 'BAD_INDENT',
    message: 'Flow',
    problem: 'a list in [ ] or a map in { } is not closed before this',
    allowed: '] or }, and lines in between that are indented',
  },
  {
    code: 'BAD_INDENT',
    problem: 'the indentation does not fit the lines before',
    allowed: 'the same number of spaces before lines that belong together',
  },
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    problem: 'this is not followed by ": " and a value',
    allowed: '"key: value" on one line, with a space after the colon',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    message: 'Nested',
    problem: 'a second key stands on the line',
    allowed: 'one "key: value" on a line; quotes around a value with ": " in it or ":" at its end',
  },
  {
    code: 'BAD_SCALAR_START',
    problem: 'a value cannot begin with this character',
    allowed: 'quotes around the value',
  },
  {
    code: 'BAD_DQ_ESCAPE',
    problem: 'YAML does not know this escape',
    allowed: 'single quotes around the value, in which a backslash is a backslash',
  },
];
