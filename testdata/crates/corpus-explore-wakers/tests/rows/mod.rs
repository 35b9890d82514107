//! The tests of the rows: the same text for both versions of the code.

mod w01;
mod w03;
mod w05;
mod w07;
mod w09;
mod w12;
mod w14;
mod w16;
mod w20;
mod w22;
mod w26;
mod w30;
mod w42;
mod w44;
