// YAML that cannot be read, or that this format leaves out.

import { describe } from 'mocha';
import { itRefuses, text } from './refused.ts';

describe('a provisioning file is refused, since it is not the YAML that is read here:', () => {
  itRefuses(
    'a tab that indents',
    'version: 1\nlinks:\n\tlan1: {}\n',
    text`
      file.yaml:3:1: a tab stands where lines are indented
          3 |  lan1: {}
            | ^
        key:     links
        found:   a tab
        allowed: spaces
    `,
  );

  itRefuses(
    'lines that belong together, indented differently',
    text`
      version: 1
      server:
          preference: 1
        relay-depth: 9
    `,
    text`
      file.yaml:4:1: the indentation does not fit the lines before
          4 |   relay-depth: 9
            | ^
        key:     server.preference
        found:   relay-depth: 9
        allowed: the same number of spaces before lines that belong together
    `,
  );

  itRefuses(
    'a key without a space behind the colon',
    text`
      version:1
      links: {}
    `,
    text`
      file.yaml:1:1: this is not followed by ": " and a value
          1 | version:1
            | ^~~~~~~~~
        found:   version:1
        allowed: "key: value" on one line, with a space after the colon
    `,
  );

  itRefuses(
    'a value with a colon in it',
    text`
      version: 1
      links:
        lan1: a: b
    `,
    text`
      file.yaml:3:9: a second key stands on the line
          3 |   lan1: a: b
            |         ^
        key:     links.lan1
        found:   a: b
        allowed: one "key: value" on a line; quotes around a value with ": " in it or
                 ":" at its end
    `,
  );

  itRefuses(
    'a quote that is not closed',
    text`
      version: 1
      links:
        lan1:
          prefixes: ["2001:db8::/64]
    `,
    text`
      file.yaml:4:16: a quote is not closed
          4 |     prefixes: ["2001:db8::/64]
            |                ^~~~~~~~~~~~~~~
        key:     links.lan1.prefixes[0]
        found:   "2001:db8::/64]
        allowed: the same quote at the end of the text
    `,
  );

  itRefuses(
    'a bracket that is not closed',
    text`
      version: 1
      server: { preference: 1
      links: {}
    `,
    text`
      file.yaml:3:1: a list in [ ] or a map in { } is not closed before this
          3 | links: {}
            | ^
        key:     server.preference
        found:   links: {}
        allowed: ] or }, and lines in between that are indented
    `,
  );

  itRefuses(
    'a value that begins with a character that YAML keeps for itself',
    text`
      version: 1
      links: @all
    `,
    text`
      file.yaml:2:8: a value cannot begin with this character
          2 | links: @all
            |        ^
        key:     links
        found:   @all
        allowed: quotes around the value
    `,
  );

  itRefuses(
    'an unknown escape',
    text`
      version: 1
      links: "\d"
    `,
    text`
      file.yaml:2:9: YAML does not know this escape
          2 | links: "\d"
            |         ^
        key:     links
        found:   \d"
        allowed: single quotes around the value, in which a backslash is a backslash
    `,
  );

  itRefuses(
    'several errors at once',
    text`
      version: 1
      server: @x
      links: %y
    `,
    text`
      file.yaml:2:9: a value cannot begin with this character
          2 | server: @x
            |         ^
        key:     server
        found:   @x
        allowed: quotes around the value
      file.yaml:3:8: a value cannot begin with this character
          3 | links: %y
            |        ^
        key:     links
        found:   %y
        allowed: quotes around the value
    `,
  );

  itRefuses(
    'a second document',
    text`
      version: 1
      ---
      version: 1
    `,
    text`
      file.yaml:2:1: a second YAML document begins here
          2 | ---
            | ^
        key:     version
        found:   ---
        allowed: one document in a file
    `,
  );

  itRefuses(
    'a directive',
    text`
      %YAML 1.1
      ---
      version: 1
    `,
    text`
      file.yaml:1:1: YAML directives are not read
          1 | %YAML 1.1
            | ^
        found:   %YAML 1.1
        allowed: a file without lines that begin with "%"
    `,
  );

  itRefuses(
    'a repeated key, with both places',
    text`
      version: 1
      server:
        preference: 1
        relay-depth: 9
        preference: 2
    `,
    text`
      file.yaml:5:3: the key "preference" is repeated
          5 |   preference: 2
            |   ^~~~~~~~~~
        key:     server.preference
        found:   preference
        allowed: each key once in a map
        it stands first at 3:3 (server.preference)
          3 |   preference: 1
            |   ^~~~~~~~~~
    `,
  );

  itRefuses(
    'an anchor and its alias',
    text`
      version: 1
      server: &s { preference: 1 }
      links: *s
    `,
    text`
      file.yaml:2:1: YAML anchors and aliases are not read
          2 | server: &s { preference: 1 }
            | ^~~~~~
        key:     server
        found:   &s
        allowed: the value itself, written out
      file.yaml:3:1: YAML anchors and aliases are not read
          3 | links: *s
            | ^~~~~
        key:     links
        found:   *s
        allowed: the value itself, written out
    `,
  );

  itRefuses(
    'an alias bomb',
    text`
      version: 1
      a: &a [x, x, x]
      b: &b [*a, *a, *a]
      c: &c [*b, *b, *b]
    `,
    text`
      file.yaml:2:1: YAML anchors and aliases are not read
          2 | a: &a [x, x, x]
            | ^
        key:     a
        found:   &a
        allowed: the value itself, written out
      file.yaml:3:1: YAML anchors and aliases are not read
          3 | b: &b [*a, *a, *a]
            | ^
        key:     b
        found:   &b
        allowed: the value itself, written out
      file.yaml:4:1: YAML anchors and aliases are not read
          4 | c: &c [*b, *b, *b]
            | ^
        key:     c
        found:   &c
        allowed: the value itself, written out
    `,
  );

  itRefuses(
    'a tag',
    text`
      version: !!int 1
    `,
    text`
      file.yaml:1:16: YAML tags are not read
          1 | version: !!int 1
            |                ^
        key:     version
        found:   tag:yaml.org,2002:int
        allowed: the value without a tag
    `,
  );

  itRefuses(
    'a list as a key',
    text`
      version: 1
      [a, b]: 1
    `,
    text`
      file.yaml:2:1: a list or a map cannot be a key
          2 | [a, b]: 1
            | ^~~~~~
        found:   [a, b]
        allowed: a text
    `,
  );

  itRefuses(
    'an empty file',
    '',
    text`
      file.yaml:1:1: the file is empty
        found:   nothing
        allowed: a map with version, appliances and links
    `,
  );

  itRefuses(
    'a file with comments only',
    text`
      # nothing yet
    `,
    text`
      file.yaml:1:1: the file is empty
          1 | # nothing yet
            | ^
        found:   nothing
        allowed: a map with version, appliances and links
    `,
  );

  itRefuses(
    'a text instead of a map',
    text`
      hello
    `,
    text`
      file.yaml:1:1: this value is not allowed here
          1 | hello
            | ^~~~~
        found:   hello
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );

  itRefuses(
    'a list instead of a map',
    text`
      - version: 1
    `,
    text`
      file.yaml:1:1: a list is not allowed here
          1 | - version: 1
            | ^~~~~~~~~~~~
        found:   a list
        allowed: a map of version, appliances (needed); relationships, server,
                 lifetimes, options, classes, dns-updates, leasequery, links
    `,
  );
});
