// Package audit checks the arithmetic of published tables: totals, shares,
// weights, and what several tables say of one thing. It takes rounding into
// account, tells which cell is most likely wrong and the value that would fit.
//
// Each printed number stands for a range: 48,4 % is any share from 48,35 to
// 48,45. A relation is broken when no numbers within the ranges satisfy it.
package audit
