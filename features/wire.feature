# language: id
Fitur: wire
  Client mengirimkan request dalam bentuk string
  string harus dalam format: [REQUEST spasi PARAMETER]
  Jika request tidak dikenali akan menghasilkan pesan
  status: ERROR, data: request tidak dikenali
  Semua result akan diberikan dalam bentuk JSON dan diakhiri
  dengan character ascii code #13#10#13#10 atau "\r\n\r\n"

  @WIRE-1
  Aturan: Setiap request dijawab dengan satu objek JSON yang sah dalam UTF-8
    Skenario: setiap perintah, yang berhasil dan yang gagal
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | inbox                                        |
        | send {alamat siti} halo                      |
        | send {alamat siti}                           |
        | creategroup {grup kelas} {nama budi}         |
        | sendgroup {grup kelas} halo                  |
        | sendgroup {grup lain} halo                   |
        | sendfile {alamat siti}                       |
        | sendfilegroup {grup kelas}                   |
        | addserver {server timur}                     |
        | connect {server timur}                       |
        | selamat pagi                                 |
        | logout                                       |
      Maka setiap result adalah satu objek JSON

    Skenario: request yang janggal pun dijawab
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | inbox lebih                                  |
        | send {nama siti} halo                        |
        | send @ halo                                  |
        | send {alamat siti} exit                      |
        | send {alamat siti} :                         |
        | creategroup {grup kelas} {nama budi},,{nama siti} |
        | creategroup {grup lain} {nama budi},{nama budi},{nama siti} |
        | creategroup {grup itu} ,                     |
        | sendfile {alamat siti} .                     |
        | addserver {server timur} 127.0.0.1 99999999999999999999 |
        | connect {server timur} lebih                 |
        | auth {nama budi} {password budi} lebih       |
      Maka setiap result adalah satu objek JSON

    Skenario: register dengan parameter yang berlebih pun dijawab
      Dengan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request: register {nama tamu} {password tamu} lebih
      Maka setiap result adalah satu objek JSON

  @WIRE-2
  Aturan: Setiap result diakhiri tepat dengan `\r\n\r\n`, dan tidak ada kiriman lain sebelum, di antara, atau sesudah result
    Skenario: setiap perintah, yang berhasil dan yang gagal
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | inbox                                        |
        | send {alamat siti} halo                      |
        | send                                         |
        | creategroup {grup kelas} {nama budi}         |
        | creategroup                                  |
        | sendgroup {grup kelas} halo                  |
        | sendgroup                                    |
        | sendfile                                     |
        | sendfilegroup                                |
        | addserver                                    |
        | connect                                      |
        | selamat pagi                                 |
        | logout                                       |
      Maka setiap result diakhiri dengan tepat

    Skenario: server tidak mengirim apa pun yang tidak diminta
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo siti" kepada "siti"
      Tetapi jika pesan itu tidak sampai di inbox "siti", skenario ini selesai
      Ketika "siti" mengirim request: selamat pagi
      Maka hasilnya "request tidak dikenali"
      Dan setiap result diakhiri dengan tepat

  @WIRE-3
  Aturan: Setiap result memuat `status`, tepat `OK` atau `ERROR`
    Skenario: status pada keberhasilan dan kegagalan
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | inbox                                        |
        | send {alamat siti} halo                      |
        | send {alamat rina} halo                      |
        | creategroup {grup kelas} {nama budi}         |
        | sendgroup {grup kelas} halo                  |
        | sendgroup {grup lain} halo                   |
        | connect {server timur}                       |
        | selamat pagi                                 |
        | logout                                       |
      Maka setiap result memuat status OK atau ERROR

  @WIRE-4
  Aturan: Setiap result memuat `data`, baik berhasil maupun gagal
    Skenario: data pada keberhasilan dan kegagalan
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | inbox                                        |
        | send {alamat siti} halo                      |
        | send {alamat rina} halo                      |
        | creategroup {grup kelas} {nama budi}         |
        | sendgroup {grup kelas} halo                  |
        | sendgroup {grup lain} halo                   |
        | connect {server timur}                       |
        | selamat pagi                                 |
        | logout                                       |
      Maka setiap result memuat data

  @WIRE-5
  Aturan: Pada ERROR, `data` berisi pesan yang tidak kosong
    Skenario: setiap kegagalan disertai pesan
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | send                                         |
        | send {alamat rina} halo                      |
        | sendgroup {grup lain} halo                   |
        | sendfile {alamat siti}                       |
        | creategroup                                  |
        | addserver                                    |
        | connect {server timur}                       |
        | sendfilegroup                                |
        | selamat pagi                                 |
      Maka setiap ERROR memuat pesan kesalahan

  @WIRE-6
  Aturan: Request yang tidak dikenal dijawab `ERROR` dan tepat `request tidak dikenali`
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: <request>
      Maka hasilnya "request tidak dikenali"

      Contoh:
        | jenis                                   | request                       |
        | satu kata                               | selamat                       |
        | kata dengan parameter                   | selamat pagi semua            |
        | perintah yang ditambah huruf            | inboxx                        |
        | perintah berparameter yang ditambah huruf | sendx {alamat siti} halo    |
        | perintah yang ditambah sebuah kata      | inboxlengkap                  |
        | perintah berparameter yang ditambah kata | sendpesan {alamat siti} halo  |
        | perintah yang didahului huruf           | xlogout                       |
        | perintah yang terpotong                 | inbo                          |
        | perintah sebagai parameter              | tolong inbox                  |
        | satu huruf                              | x                             |
        | kata milik bahasa pemrograman           | constructor                   |
        | huruf di luar ASCII                     | sélamat pagi                  |
        | kata yang panjang                       | {kata panjang} pagi           |

  @WIRE-7
  Aturan: Satu request menghasilkan satu result, sesuai urutan request
    Skenario: result datang sesuai urutan request
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: selamat pagi
      Maka hasilnya "request tidak dikenali"
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK
      Ketika "budi" mengirim request: selamat pagi
      Maka hasilnya "request tidak dikenali"

    Skenario: request yang lambat tidak disusul request berikutnya
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut tanpa menunggu result:
        | send {alamat siti} halo                   |
        | selamat pagi                              |
        | creategroup {grup kelas} {nama budi}      |
        | selamat sore                              |
        | register {nama rina} {nama siti}2A-rahasia |
        | selamat malam                             |
      Maka result yang datang sesuai urutan request

    Skenario: sebelum auth pun satu request menghasilkan satu result
      Dengan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request berikut satu per satu:
        | inbox    |
        | auth     |
        | register |
      Maka setiap result adalah ERROR
      Dan tidak ada result yang berlebih

  @WIRE-8
  Aturan: Koneksi tetap dapat dipakai setelah ERROR
    Skenario: setelah request yang gagal, request berikutnya dilayani
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | selamat pagi              |
        | send                      |
        | send {alamat rina} halo   |
        | sendgroup {grup lain} halo |
        | connect {server timur}    |
      Dan "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: setelah auth yang gagal, auth yang benar diterima
      Dengan user "budi" sudah terdaftar
      Ketika "budi" masuk dengan password yang salah
      Maka hasilnya ERROR
      Ketika "budi" masuk di koneksi yang sama
      Maka hasilnya OK

    Skenario: sebelum auth pun request berikutnya dilayani
      Dengan user "budi" sudah terdaftar
      Ketika "budi" mengirim request berikut satu per satu:
        | selamat pagi |
        | inbox        |
      Dan "budi" masuk di koneksi yang sama
      Maka hasilnya OK

  @WIRE-9
  Aturan: Koneksi saling terpisah: yang dilakukan satu koneksi tidak tampak di koneksi lain
    Skenario: session di satu koneksi tidak berlaku di koneksi lain
      Dengan user "budi" sudah masuk
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request: inbox
      Maka hasilnya ERROR

    Skenario: setiap koneksi tetap milik user yang masuk di sana
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "tono" mengirim pesan "untuk budi saja" kepada "budi"
      Maka inbox "budi" memuat pesan itu
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: kegagalan di satu koneksi tidak mengganggu koneksi lain
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" mengirim request: selamat pagi
      Dan "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: auth yang gagal di koneksi lain tidak mengganggu session
      Dengan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "siti" masuk dengan password yang salah
      Dan "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: auth yang gagal atas nama seorang user tidak mengakhiri session-nya
      Dengan user "budi" sudah masuk
      Ketika "penyusup" masuk sebagai "budi" dengan password yang salah
      Dan "budi" mengirim request: inbox
      Maka hasilnya OK

  @WIRE-10
  Aturan: Request yang tiba dalam beberapa segmen TCP dianggap satu
    Skenario: request yang dipotong di tengah kata
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request terpotong-potong: inbox
      Maka hasilnya OK

    Skenario: pesan yang tiba sepotong demi sepotong
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" sepotong demi sepotong pesan: selamat pagi, é dan 日本
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu dengan utuh

  @WIRE-11
  Aturan: Beberapa request dalam satu segmen dianggap beberapa dan dijawab berurutan
    Skenario: tiga request dalam satu kiriman
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut sekaligus:
        | selamat pagi |
        | inbox        |
        | selamat sore |
      Maka hasilnya berturut-turut:
        | tidak dikenali |
        | OK             |
        | tidak dikenali |

    Skenario: request yang berbeda-beda dalam satu kiriman
      Dengan user "budi" dan "siti" sudah masuk
      Dan user "tono" sudah terdaftar
      Ketika "budi" mengirim request berikut sekaligus:
        | send {alamat siti} halo                                      |
        | selamat pagi                                                 |
        | creategroup {grup kelas} {nama budi},{nama siti},{nama tono} |
        | inbox                                                        |
        | selamat sore                                                 |
        | selamat malam                                                |
      Maka hasilnya berturut-turut:
        | OK             |
        | tidak dikenali |
        | OK             |
        | OK             |
        | tidak dikenali |
        | tidak dikenali |

    Skenario: setengah request berikutnya tiba bersama request sebelumnya
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim dua request dalam dua segmen, yang kedua terbelah:
        | selamat pagi |
        | inbox        |
      Maka hasilnya berturut-turut:
        | tidak dikenali |
        | OK             |

    Skenario: pesan-pesan dalam satu kiriman sampai semua
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" sekaligus pesan-pesan:
        | pesan pertama |
        | pesan kedua   |
        | pesan ketiga  |
      Maka setiap result adalah OK
      Dan inbox "siti" memuat semua pesan itu

    Skenario: selusin request dalam satu kiriman
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request berikut sekaligus:
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | inbox        |
        | selamat sore |
      Maka hasilnya berturut-turut:
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | OK             |
        | tidak dikenali |

  @WIRE-12
  Aturan: Teks Unicode, tanda kutip, dan garis miring terbalik dibawa dalam JSON tanpa rusak
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: <isi>
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu dengan utuh
      Dan setiap result adalah satu objek JSON

      Contoh:
        | jenis                   | isi                               |
        | huruf beraksen          | café dan naïve                    |
        | aksara lain             | 日本語 العربية हिन्दी             |
        | emoji                   | halo 👋🏽 selamat 🎉                |
        | tanda kutip             | katanya "halo" lalu 'pergi'       |
        | garis miring terbalik   | folder C:\\baru\\teks             |
        | spasi yang lain         | jarak yang　lain               |

    Skenario: karakter kendali pun tidak merusak JSON
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: lonceng{kendali}berbunyi
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "siti" membaca inbox
      Maka setiap result adalah satu objek JSON

    Skenario: tanda kutip di tempat lain pun tidak merusak JSON
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request berikut satu per satu:
        | selamat"\\pagi                               |
        | send {nama rina}"\\{alamat siti} halo        |
        | sendgroup {grup lain}"\\ halo                |
        | sendfile {alamat siti} {file yang tidak ada}"\\x |
        | sendfilegroup {grup lain}"\\ {file yang tidak ada} |
        | creategroup {grup kelas}"\\x {nama budi},{nama siti} |
        | creategroup {grup kelas} {nama rina}"\\      |
        | addserver {server timur} bukan"\\alamat 7    |
        | connect {server timur}"\\                    |
        | auth {nama rina}"\\ Salah77x                 |
        | register {nama rina}"\\x Rahasia77x          |
      Maka setiap result adalah satu objek JSON
