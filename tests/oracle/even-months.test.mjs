// The recorded months that `odd-months.test.mjs` has none of.

import { testMonth } from './months.mjs';
import { MONTHS } from './recorded.mjs';

MONTHS.filter((_, index) => index % 2 === 1).forEach(testMonth);
