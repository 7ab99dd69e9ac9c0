@echo off
rem Démarre Périmètre sur ce poste et l'ouvre dans le navigateur. Rien ne sort de ce poste.
chcp 65001 >nul
cd /d "%~dp0"
title Périmètre - fermer cette fenêtre arrête le programme
set PAGE=http://127.0.0.1:8080
if exist pack (set QUOI=--pack pack --database perimetre.db) else (set QUOI=--demo)
start "" /min cmd /c "ping -n 6 127.0.0.1 >nul & start %PAGE%"
perimetre.exe serve %QUOI% --listen 127.0.0.1:8080
pause
