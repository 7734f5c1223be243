import { expect, test } from '@jest/globals';
import { tidy } from './tidy.ts';

const chunk = `export const __webpack_id__ = 7;
export const modules = {

/***/ 42:
/***/ ((module, exports, __webpack_require__) => {

/* unused harmony export never */
// Said to the reader of the source.
const never = [1, 2];
const readableName = __webpack_require__(3);
exports.text = 'a → b' + readableName;

/***/ }),

/***/ 43:
/***/ (function(module) { module.exports = 1; })

};
`;

test('a chunk loses comments and what is unused, and keeps its names', async () => {
  expect(await tidy(chunk)).toBe(`export const __webpack_id__ = 7;
export const modules = {
    42: ((module, exports, __webpack_require__)=>{
        let readableName = __webpack_require__(3);
        exports.text = "a \\u2192 b" + readableName;
    }),
    43: (function(module) {
        module.exports = 1;
    })
};
`);
});

test('a module that runs for what it does, and not for what it hands out, stays', async () => {
  const text = 'globalThis.shared = start();\n';
  expect(await tidy(text)).toBe(text);
});

test('S01: the same chunk is always tidied to the same bytes', async () => {
  expect(await tidy(chunk)).toBe(await tidy(chunk));
});
