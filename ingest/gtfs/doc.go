// Package gtfs reads a timetable in GTFS, the format in which French networks publish
// theirs (https://gtfs.org/schedule/reference): a zip of CSV files. What is missing
// and can be done without (shapes, some times) is done without; what is cut short is
// refused by what is wrong.
package gtfs
