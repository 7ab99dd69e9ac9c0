# wine_ready EXE makes the Wine folder of $WINEPREFIX such that the program starts in it, or
# says why it cannot and fails. Wine 8 lacks the one library that Go takes its random bytes
# from; a few lines stand in for it, there alone.
wine_ready() {
	command -v wine >/dev/null || { echo 'SKIP: Wine is absent (apt-get install wine): the Windows program was not run'; return 1; }
	wineboot -i >/dev/null 2>&1 || true
	{ wine "$1" version 2>&1 || true; } | grep -q 'bcryptprimitives.dll not found' || return 0
	if ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
		echo 'SKIP: this Wine has no bcryptprimitives.dll, which Go asks for (apt-get install gcc-mingw-w64-x86-64-win32): the Windows program was not run'
		wineserver -k || true
		return 1
	fi
	cat >"$WINEPREFIX/prng.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom of advapi32 */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T n) { return SystemFunction036(to, (ULONG)n); }
C
	x86_64-w64-mingw32-gcc -shared -O1 -o "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" "$WINEPREFIX/prng.c" -ladvapi32
	echo 'Wine without bcryptprimitives.dll: ProcessPrng stood in for'
}
