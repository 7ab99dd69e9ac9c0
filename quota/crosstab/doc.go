// Package crosstab counts the people of flagged files by indicator, territory, zoning and
// what the files tell of them (sex, age, diploma, housing, outcome): each count with its
// bounds, its weight and the count of the year before. A column that a file lacks gives no
// table; nothing is guessed.
package crosstab
