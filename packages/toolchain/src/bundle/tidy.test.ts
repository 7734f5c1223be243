import { expect, test } from '@jest/globals';
import { tidy } from './tidy.ts';

const chunk = `export const __rspack_esm_ids = [7];
export const __webpack_modules__ = {

/***/ 42:
/***/ (function(module, exports, __webpack_require__) {

/* unused harmony export never */
// Said to the reader of the source.
const never = [1, 2];
const readableName = __webpack_require__(3);
exports.text = 'a → b' + readableName;
exports.template = \`
    },
    }
\`;

/***/ }),

/***/ 43:
/***/ (function(module) { module.exports = 1; })

};
`;

test('a chunk loses comments and what is unused, and keeps its names and the parentheses of modules', async () => {
  expect(await tidy(chunk)).toBe(`export const __rspack_esm_ids = [
    7
];
export const __webpack_modules__ = {
    42: (function(module, exports, __webpack_require__) {
        let readableName = __webpack_require__(3);
        exports.text = "a \\u2192 b" + readableName;
        exports.template = \`
    },
    }
\`;
    }),
    43: (function(module) {
        module.exports = 1;
    })
};
`);
});

test('a text that looks like the end of a module is refused, because the parentheses would be wrong', async () => {
  await expect(
    tidy('export const table = {\n    7: function() { return `\n    }\n}`; }\n};\n'),
  ).rejects.toThrow('a module could not be put in parentheses');
});

test('a module that runs for what it does, and not for what it hands out, stays', async () => {
  const text = 'globalThis.shared = start();\n';
  expect(await tidy(text)).toBe(text);
});

test('S01: the same chunk is always tidied to the same bytes', async () => {
  expect(await tidy(chunk)).toBe(await tidy(chunk));
});
